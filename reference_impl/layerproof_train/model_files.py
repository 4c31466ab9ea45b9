"""Networks in TOML files."""

import tomllib
from pathlib import Path

from layerproof.chain import ChainError, Layers
from layerproof.chain.definition import check_layers
from layerproof_train.errors import TrainingError


def read_model(path: Path) -> Layers:
    """Read the ``layers`` of a TOML file, see ``Layers``; raises TrainingError, one line, for a file without them."""
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TrainingError(f"{path}: is not TOML: {' '.join(str(error).split())}") from error
    if list(content) != ["layers"]:
        keys = ", ".join(content) or "nothing"
        raise TrainingError(f"{path}: should have a list `layers` and nothing else, but has {keys}")
    try:
        check_layers(content["layers"], str(path))
    except ChainError as error:
        raise TrainingError(str(error)) from None
    layers: Layers = content["layers"]
    return layers
