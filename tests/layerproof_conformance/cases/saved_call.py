"""Cases whose arrays are in a file: calls of a training run, kept for `layerproof check --case`."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import find_layers
from layerproof_conformance.types.case import Case, CaseError

Array = NDArray[Any]
SOURCE = "file"
GRAD_OUTPUT, DESCRIPTION = "grad_output", "call"


def save_call(path: Path, layer: str, arguments: Mapping[str, Any], grad_output: Array | None) -> str:
    """Write the inputs of a call into a file (``.npz``); returns the id by which `layerproof check --case` takes it."""
    arrays = {name: value for name, value in arguments.items() if isinstance(value, np.ndarray)}
    others = {name: value for name, value in arguments.items() if name not in arrays and name != "rng"}
    if grad_output is not None:
        arrays[GRAD_OUTPUT] = np.asarray(grad_output)
    np.savez(path, allow_pickle=False, **arrays, **{DESCRIPTION: np.array(json.dumps([layer, others]))})
    first = next(value for value in arrays.values() if value.dtype.kind == "f")
    # an odd seed: the arrays of a training run can be written into
    return Case(layer, first.dtype.name, 1, SOURCE, str(path)).id


def read_call(layer: str, path: str) -> dict[str, Any]:
    """The arguments of a saved call, and grad_output if it has one; raises CaseError, one line, for another file."""
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            content = {name: file[name] for name in file.files}
        saved, others = json.loads(str(content.pop(DESCRIPTION)))
        if saved != layer:
            raise CaseError(f"{path}: is a case of {saved}, not of {layer}")
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in others.items()}
        missing = {
            name for name in find_layers()[layer].arrays if name not in content and given.get(name, 0) is not None
        }
        if missing:
            raise CaseError(f"{path}: is no saved case: it lacks {', '.join(sorted(missing))}")
    except OSError as error:
        raise CaseError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise CaseError(f"{path}: is no saved case ({' '.join(str(error).split())})") from error
    return {**given, **content}
