"""The result of a benchmark, as data."""

from typing import Any

import msgspec

SCHEMA = 1


class Measurement(msgspec.Struct, frozen=True):
    """The time of a plugin for one task, beside that of PyTorch.

    ``ratio`` is the median time over PyTorch's, below 1 is faster; ``low`` and ``high`` are the quartiles of the
    ratios of single rounds. It is None, and ``problem`` says why, where there is nothing to compare: declined, raised,
    or not verified.
    """

    ratio: float | None
    low: float | None = None
    high: float | None = None
    milliseconds: float | None = None
    pytorch_milliseconds: float | None = None
    roof: float | None = None
    """The least time that this machine's calibrated speed allows, as a share of the time taken."""
    noisy: bool = False
    verified: bool = False
    problem: str = ""


class ShapeResult(msgspec.Struct, frozen=True):
    """One layer in one shape."""

    shape: str
    forward: Measurement
    backward: Measurement


class Summary(msgspec.Struct, frozen=True):
    """The geometric mean of the ratios of all shapes, None where a shape has no ratio."""

    ratio: float | None


class LayerSpeed(msgspec.Struct, frozen=True):
    """One layer of one plugin."""

    forward: Summary
    backward: Summary
    shapes: list[ShapeResult]


class StepSpeed(msgspec.Struct, frozen=True):
    """One training step of one network: forward, loss, backward, and plain SGD on all parameters."""

    ratio: float | None
    measurement: Measurement
    overhead: float | None
    """The share of the step that the plugin set needs to check arguments and to call hooks."""
    others: dict[str, int]
    """Calls that the plugin declined or does not implement, by layer: the reference answered them."""


class Machine(msgspec.Struct, frozen=True):
    """PyTorch's speed in a product of two 1024 x 1024 matrices and in a copy of 64 MiB, with the threads of the run."""

    gflops: float
    gigabytes_per_second: float
    load: float | None
    """The load average when the benchmark began."""


class Bench(msgspec.Struct, frozen=True):
    """A whole benchmark; ``layers`` and ``steps`` by name and then by plugin."""

    schema: int
    environment: dict[str, Any]
    libraries: dict[str, list[str]]
    """The thread pools in each contestant's process, with their threads."""
    threads: int
    dtype: str
    batch_size: int
    rounds: int
    machine: Machine
    layers: dict[str, dict[str, LayerSpeed]]
    steps: dict[str, dict[str, StepSpeed]]
    noisy: int
    """How many measurements vary too much for their ratio to be reliable."""
    measurements: int
    seconds: float

    def to_json(self) -> bytes:
        """The document."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2)
