"""The verdict of one case, and the evidence for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from layerproof_conformance.types.case import Case
from layerproof_conformance.types.inputs import CaseInputs
from layerproof_conformance.types.status import Status

Array = NDArray[Any]


@dataclass(frozen=True)
class Evidence:
    """The call whose results are wrong: what it was given, what is right, and what came back, by name."""

    inputs: CaseInputs
    expected: Mapping[str, Array]
    got: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What became of a case.

    ``check`` and ``result`` name what is wrong first, and ``evidence`` shows it; ``ratio`` is the largest error in
    bounds of all results within theirs, ``pytorch`` that of PyTorch in the dtype of the case; ``checks`` are all the
    checks that were made, ``values`` what came back at first.
    """

    case: Case
    status: Status
    check: str = ""
    result: str = ""
    message: str = ""
    ratio: float = 0.0
    pytorch: float | None = None
    normwise: bool = False
    checks: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    evidence: Evidence | None = None

    @property
    def kind(self) -> tuple[Status, str, str]:
        """What two failures have in common that are wrong in the same way."""
        return self.status, self.check, self.result
