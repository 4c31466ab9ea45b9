"""What is right for one pair of inputs and grad_output, and how far from it a result may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from layerproof_conformance.oracle.bounds import Allowed
from layerproof_conformance.oracle.comparison import Agreement, Finding, compare
from layerproof_conformance.oracle.pytorch import Truth, by_name

Array = NDArray[Any]


@dataclass(frozen=True)
class Expectation:
    """The truth, the error allowed in each element of it, and masks of the elements that PyTorch defines."""

    truth: Truth
    allowed: Mapping[str, Allowed]
    judged: Mapping[str, Array]
    dtype: str

    def compare(self, check: str, results: Mapping[str, Any]) -> list[Finding | Agreement]:
        """Compare results by name; a gradient of what is None is not looked at, whatever it is."""
        truths = by_name(self.truth)
        outcomes: list[Finding | Agreement] = []
        for name, value in results.items():
            if name in truths:
                judged = self.judged.get(name)
                outcomes.append(compare(check, name, value, truths[name], self.allowed[name], self.dtype, judged))
            elif name in self.truth.outputs and value is not None:
                outcomes.append(Finding("structure", name, f"{name} is an array, but should be None"))
        return outcomes
