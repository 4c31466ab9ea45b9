"""What the judge knows about sigmoid: relative accuracy of the output, and a gradient that cancels on the right.

The gradient has the factor 1 - output, hence the error of output there; on the left both are small and right relative to
their own sizes.
"""

from collections.abc import Mapping
from typing import Any

from layerproof_conformance.layers._smooth import edges, elements, exp_in, logistic, sure_gradients
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, TracedValue]:
    s = logistic(arithmetic.exact(arguments["x"]))
    return {"output": s, "grad_x": arithmetic.exact(grad_output) * ((1 - s) * s)}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    return {"x": elements(sampler)}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but infinite gradients in the tails."""
    return {"grad_x": sure_gradients(_trace, arguments, grad_output)}


EDGES = edges()


def _overflowing(torch: Any, x: Any, given_dtype: str) -> Any:
    power = exp_in(torch, x, given_dtype)
    return power / (1 + power)


MISTAKES = (
    Mistake("exp(x) / (1 + exp(x)) overflows for large x", forward=_overflowing),
    Mistake("the exponential has the wrong sign", forward=lambda torch, x: torch.sigmoid(-x)),
    Mistake("computes tanh", forward=lambda torch, x: torch.tanh(x)),
    Mistake("computes the logarithm of the sigmoid", forward=lambda torch, x: torch.nn.functional.logsigmoid(x)),
    Mistake("is piecewise linear (hard sigmoid)", forward=lambda torch, x: torch.nn.functional.hardsigmoid(x)),
    Mistake("the gradient lacks the factor 1 - output", backward=lambda torch, a, g, right: {
        "x": g * torch.sigmoid(a["x"])}),
    Mistake("the gradient lacks the factor output", backward=lambda torch, a, g, right: {
        "x": g * (1 - torch.sigmoid(a["x"]))}),
    Mistake("the gradient takes x for the output, x (1 - x)", backward=lambda torch, a, g, right: {
        "x": g * a["x"] * (1 - a["x"])}),
    Mistake("the gradient takes the sigmoid twice", backward=lambda torch, a, g, right: {
        "x": g * _slope(torch, torch.sigmoid(a["x"]))}),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
)  # fmt: skip


def _slope(torch: Any, x: Any) -> Any:
    s = torch.sigmoid(x)
    return s * (1 - s)
