"""The run document: everything that came out of a run, as data; its JSON Schema is published beside this file."""

from pathlib import Path
from typing import Any, Literal

import msgspec

from layerproof import LayerProofError
from layerproof_conformance.types.status import Status

SCHEMA = 1
Conformance = Literal["conforms", "does not conform", "declined"]


class RunError(LayerProofError):
    """A file that is no run document."""


class PluginInfo(msgspec.Struct, frozen=True):
    """What was judged."""

    name: str
    version: str
    layers: tuple[str, ...]


class Accuracy(msgspec.Struct, frozen=True):
    """How accurate the passed cases are.

    ``bounds`` is the largest error of all as a multiple of its bound, ``pytorch_bounds`` that of PyTorch itself in
    float32, and ``multiple_of_pytorch`` their quotient over the float32 cases.
    """

    bounds: float
    pytorch_bounds: float
    multiple_of_pytorch: float | None
    normwise: int
    """How many cases needed the normwise bound."""


class Diagnosis(msgspec.Struct, frozen=True):
    """What a layer behaves as if it did, and on how many failing cases that fits."""

    says: str
    cases: int


class CaseResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The status of a case; if it passed, its error in bounds and, where that was measured, that of PyTorch."""

    id: str
    status: Status
    ratio: float | None = None
    pytorch: float | None = None


class ErrorMap(msgspec.Struct, frozen=True):
    """How far one plane of a result is from the truth, for a case that came from a digit.

    ``digit`` is the number of the image among the test images of MNIST, ``index`` the sample and what else comes before
    the last two axes of the result, ``expected`` and ``difference`` (given minus expected) are rows of numbers to six
    digits, or "nan", "inf" and "-inf".
    """

    case: str
    result: str
    digit: int
    index: tuple[int, ...]
    expected: list[list[float | str]]
    difference: list[list[float | str]]


class Speed(msgspec.Struct, frozen=True):
    """Times as multiples of PyTorch's, below 1 is faster; not from a check: ``speed.with_speed`` adds them."""

    forward: float | None
    backward: float | None


class LayerResult(msgspec.Struct, frozen=True):
    """One layer of a run; the counts of the verdicts sum to ``planned`` unless the run was interrupted."""

    verdict: Conformance
    planned: int
    passed: int
    failed: int
    declined: int
    error: int
    crashed: int
    timeout: int
    accuracy: Accuracy | None
    diagnosis: list[Diagnosis]
    attributes: dict[str, dict[str, int]]
    """Coverage: for each attribute, how many cases with each value were answered."""
    checks: dict[str, int]
    """How many cases each check was made in."""
    seconds: float
    cases: list[CaseResult] = []
    """Every case that was judged, in the order of the run."""
    error_maps: list[ErrorMap] = []
    """Pictures of some failures on digits."""
    speed: Speed | None = None


class MinimalCase(msgspec.Struct, frozen=True):
    """The smallest known case that fails in the same way."""

    id: str
    description: str
    message: str
    values: dict[str, Any]
    """Inputs, expected and given results, of small arrays only."""


class FailureRecord(msgspec.Struct, frozen=True):
    """A case that a conforming plugin would have passed."""

    id: str
    layer: str
    status: Status
    check: str
    result: str
    message: str
    repeat: str
    minimal_case: MinimalCase | None


class Run(msgspec.Struct, frozen=True):
    """The outcome of ``check``: verdicts, accuracy, diagnosis, failures."""

    schema: int
    spec: int
    plugin: PluginInfo
    environment: dict[str, Any]
    seed: int
    level: str
    verdict: Literal["conforms", "does not conform"]
    interrupted: bool
    isolation: str
    seconds: float
    layers: dict[str, LayerResult]
    failures: list[FailureRecord]
    created: str = ""
    """When the run ended, UTC, in ISO 8601."""

    @property
    def conforms(self) -> bool:
        """Whether the plugin conforms in every layer that was judged."""
        return self.verdict == "conforms"

    def to_json(self) -> bytes:
        """The run document."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2)

    @classmethod
    def from_json(cls, document: bytes) -> "Run":
        """Read a run document; raises msgspec.ValidationError where it is none."""
        return msgspec.json.decode(document, type=cls)


def json_schema() -> bytes:
    """The JSON Schema of the run document, as it is published in ``run.schema.json``."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Run)), indent=2) + b"\n"


def read_run(file: str | Path) -> Run:
    """Read a run document from a file; raises RunError, one line, for any other file."""
    try:
        run = Run.from_json(Path(file).read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{file} is no run document, as `layerproof check --json` writes it: {error}") from None
    if run.schema != SCHEMA:
        raise RunError(f"{file} has schema {run.schema}, but this release reads schema {SCHEMA}")
    return run
