"""What the judge knows about tanh: relative accuracy of the output, and a gradient that cancels in both tails."""

from collections.abc import Mapping
from typing import Any

from layerproof_conformance.layers._smooth import edges, elements, exp_in, slope_of_tanh, sure_gradients
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, TracedValue]:
    x = arithmetic.exact(arguments["x"])
    return {"output": x.tanh(), "grad_x": arithmetic.exact(grad_output) * slope_of_tanh(x)}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    return {"x": elements(sampler)}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but infinite gradients in the tails."""
    return {"grad_x": sure_gradients(_trace, arguments, grad_output)}


EDGES = edges()


def _overflowing(torch: Any, x: Any, given_dtype: str) -> Any:
    up, down = exp_in(torch, x, given_dtype), exp_in(torch, -x, given_dtype)
    return (up - down) / (up + down)


def _overflowing_square(torch: Any, x: Any, given_dtype: str) -> Any:
    power = exp_in(torch, 2 * x, given_dtype)
    return (power - 1) / (power + 1)


MISTAKES = (
    Mistake("exp(x) and exp(-x) overflow for large x", forward=_overflowing),
    Mistake("exp(2x) overflows for large x", forward=_overflowing_square),
    Mistake("computes the sigmoid", forward=lambda torch, x: torch.sigmoid(x)),
    Mistake("computes tanh(x / 2), a sigmoid from -1 to 1", forward=lambda torch, x: torch.tanh(x / 2)),
    Mistake("is piecewise linear (hard tanh)", forward=lambda torch, x: torch.nn.functional.hardtanh(x)),
    Mistake("the gradient is 1 - output, not squared", backward=lambda torch, a, g, right: {
        "x": g * (1 - torch.tanh(a["x"]))}),
    Mistake("the gradient takes x for the output, 1 - x**2", backward=lambda torch, a, g, right: {
        "x": g * (1 - a["x"] ** 2)}),
    Mistake("the gradient takes tanh twice", backward=lambda torch, a, g, right: {
        "x": g * (1 - torch.tanh(torch.tanh(a["x"])) ** 2)}),
    Mistake("the gradient is that of the sigmoid, output (1 - output)", backward=lambda torch, a, g, right: {
        "x": g * torch.tanh(a["x"]) * (1 - torch.tanh(a["x"]))}),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
)  # fmt: skip
