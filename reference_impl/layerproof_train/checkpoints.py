"""Checkpoints: a network and all that is needed to continue its training, in one safetensors file."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from layerproof.chain import Layers
from layerproof_train.batches import Normalisation
from layerproof_train.builder import build_network
from layerproof_train.errors import TrainingError
from layerproof_train.files import write_atomically
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Network
from layerproof_train.optimisers import Optimiser

Array = NDArray[Any]
FORMAT = "layerproof-train 1"
NETWORK, OPTIMISER = "network.", "optimiser."


@dataclass
class Position:
    """How far a run has got: ``step`` steps of ``epoch`` are done, with these sums so far."""

    epoch: int = 1
    step: int = 0
    images: int = 0
    loss_sum: float = 0.0
    seconds: float = 0.0
    history: list[EpochMetrics] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data, whose numbers come back exactly."""
        return asdict(self) | {"history": [msgspec.structs.asdict(entry) for entry in self.history]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """What ``to_json`` gave."""
        history = [EpochMetrics(**entry) for entry in values["history"]]
        return cls(**{**values, "history": history})


@dataclass(frozen=True)
class Model:
    """A network without the values of its parameters, and the normalisation of its images."""

    layers: Layers
    input_shape: tuple[int, ...]
    classes: int
    normalisation: Normalisation

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        values: dict[str, Any] = json_values(asdict(self))
        return values

    def build(self) -> Network:
        """The network; the values of its parameters are to be replaced."""
        shape = tuple(self.input_shape)
        return build_network(self.layers, shape, self.classes, np.random.default_rng(0), name="of the checkpoint")


@dataclass(frozen=True)
class Checkpoint:
    """The content of a file: the model, the arrays by name, the digest of the run, and how far it has got."""

    path: Path
    model: Model
    arrays: Mapping[str, Array]
    run: str
    position: Position
    optimiser_steps: int

    def restore(self, network: Network, optimiser: Optimiser | None = None) -> None:
        """Copy the values into a network; raises TrainingError where names or shapes are those of another network."""
        network.load(self._part(NETWORK, network.arrays(), "the network"))
        if optimiser is not None:
            for name, array in self._part(OPTIMISER, optimiser.state, "the optimiser").items():
                optimiser.state[name][...] = array
            optimiser.steps = self.optimiser_steps

    def _part(self, start: str, expected: Mapping[str, Array], what: str) -> dict[str, Array]:
        arrays = {name.removeprefix(start): array for name, array in self.arrays.items() if name.startswith(start)}
        for name in [*expected, *arrays]:
            theirs, ours = _form(arrays.get(name)), _form(expected.get(name))
            if theirs != ours:
                raise TrainingError(f"{self.path}: has {theirs} as {name}, but {what} has {ours}")
        return arrays


def _form(array: Array | None) -> str:
    return "nothing" if array is None else f"{array.dtype}{list(array.shape)}"


def save_checkpoint(
    path: Path, model: Model, network: Network, optimiser: Optimiser | None, run: str, position: Position
) -> None:
    """Write a checkpoint; an earlier file of this name stays whole until it is replaced."""
    from safetensors.numpy import save

    arrays = {f"{NETWORK}{name}": array for name, array in network.arrays().items()}
    if optimiser is not None:
        arrays |= {f"{OPTIMISER}{name}": array for name, array in optimiser.state.items()}
    metadata = {
        "format": FORMAT,
        "model": json.dumps(model.to_json()),
        "run": run,
        "position": json.dumps(position.to_json()),
        "optimiser_steps": str(optimiser.steps if optimiser is not None else 0),
        "crc32": str(_checksum(arrays)),
    }
    write_atomically(path, save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; raises TrainingError, one line, for a file that is damaged or no checkpoint."""
    from safetensors import SafetensorError, safe_open

    try:
        path.open("rb").close()
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (SafetensorError, ValueError, TypeError) as error:
        raise TrainingError(f"{path}: is damaged, or no checkpoint: {' '.join(str(error).split())}") from error
    if metadata.get("format") != FORMAT:
        other = metadata.get("format", "nothing")
        raise TrainingError(f"{path}: is no checkpoint of `layerproof train`: its format is {other}, not {FORMAT}")
    try:
        if int(metadata["crc32"]) != _checksum(arrays):
            raise TrainingError(f"{path}: is damaged: its checksum is not that of its content")
        values = json.loads(metadata["model"])
        model = Model(**{**values, "normalisation": Normalisation(**values["normalisation"])})
        position = Position.from_json(json.loads(metadata["position"]))
        return Checkpoint(path, model, arrays, metadata["run"], position, int(metadata["optimiser_steps"]))
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{path}: is damaged: its metadata cannot be read ({error!r})") from error


def json_values(values: Any) -> Any:
    """The values as they come back from JSON, for a comparison with values that were read."""
    return json.loads(json.dumps(values))


def _checksum(arrays: Mapping[str, Array]) -> int:
    total = 0
    for name in sorted(arrays):
        total = zlib.crc32(np.ascontiguousarray(arrays[name]).data, zlib.crc32(name.encode(), total))
    return total
