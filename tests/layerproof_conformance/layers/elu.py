"""What the judge knows about elu: relative accuracy of the output, and of the gradient within the rounding of alpha.

The gradient is grad_output * alpha * exp(x) or, as in PyTorch's own layer in place, grad_output * (output + alpha), which cancels.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._smooth import edges, elements, exp_in, given, sure_gradients
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"alpha": (1.0, 0.5, 0.0, -1.5, 2.0, 1.6732632423543772, 30.0)}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    positive = arguments["x"] > 0
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    below, alpha = x.where(~positive, 0.0), given(arithmetic, arguments["alpha"])
    bent = alpha * below.expm1()
    gradients = (gradient * alpha * below.exp(), gradient * (alpha * below.exp()), gradient * (bent + alpha))
    return {"output": x.where(positive, bent), "grad_x": [gradient.where(positive, one) for one in gradients]}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    return {"x": elements(sampler)}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but the gradient at NaN, where PyTorch's paths differ, and infinite gradients where the slope is near 0."""
    return {"grad_x": sure_gradients(_trace, arguments, grad_output) & ~np.isnan(arguments["x"])}


def _signs() -> Any:
    return np.array([[0.0, -0.0, 1.0, -1.0], [2.0, -3.0, 0.5, -0.25]])


EDGES: dict[str, Any] = {
    **edges(),
    "alpha_zero": lambda: {"x": _signs(), "alpha": 0.0},
    "alpha_below_zero": lambda: {"x": _signs(), "alpha": -2.0},
    "alpha_below_zero_and_infinity": lambda: {"x": np.array([-np.inf, np.inf, -1.0, 1.0]), "alpha": -2.0},
    "alpha_large": lambda: {"x": np.linspace(-20, 5, 101), "alpha": 1e6},
    "alpha_small": lambda: {"x": np.linspace(-20, 5, 101), "alpha": 1e-6},
    "alpha_without_short_decimals": lambda: {"x": np.linspace(-3, 3, 67), "alpha": 1 / 3},
}  # fmt: skip


def _elu(torch: Any, x: Any, alpha: float) -> Any:
    return torch.nn.functional.elu(x, alpha)


def _branch_overflows(torch: Any, x: Any, alpha: float, given_dtype: str) -> Any:
    return (x > 0) * x + (x <= 0) * (alpha * exp_in(torch, x, given_dtype, less=1))


MISTAKES = (
    Mistake("alpha is ignored (always 1)", forward=lambda torch, x, alpha: _elu(torch, x, 1.0)),
    Mistake("the sign of alpha is ignored", forward=lambda torch, x, alpha: _elu(torch, x, abs(alpha))),
    Mistake("alpha divides x within the exponential (celu)", forward=lambda torch, x, alpha: torch.nn.functional.celu(x, alpha)),
    Mistake("exp(x) overflows in the branch that is not taken", forward=_branch_overflows),
    Mistake("lacks the -1", forward=lambda torch, x, alpha: torch.where(x > 0, x, alpha * torch.exp(x))),
    Mistake("scales the positive side too (selu)", forward=lambda torch, x, alpha: torch.nn.functional.selu(x)),
    Mistake("max(x, alpha * (exp(x) - 1)), which is wrong for other alphas than 1", forward=lambda torch, x, alpha: torch.maximum(x, alpha * torch.expm1(x))),
    Mistake("cuts the negative values off (relu)", forward=lambda torch, x, alpha: torch.relu(x)),
    Mistake("the gradient lacks alpha", backward=lambda torch, a, g, right: {
        "x": torch.where(a["x"] > 0, g, g * torch.exp(a["x"]))}),
    Mistake("gradient 1 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, g, right["x"])}),
    Mistake("the gradient is output + alpha by the sign of output", backward=lambda torch, a, g, right: {
        "x": _by_output(torch, a["x"], a["alpha"], g)}),
    Mistake("the gradient takes output for x, alpha * exp(output)", backward=lambda torch, a, g, right: {
        "x": torch.where(a["x"] > 0, g, g * a["alpha"] * torch.exp(_elu(torch, a["x"], a["alpha"])))}),
    Mistake("the gradient is the output, without alpha added", backward=lambda torch, a, g, right: {
        "x": torch.where(a["x"] > 0, g, g * _elu(torch, a["x"], a["alpha"]))}),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
)  # fmt: skip


def _by_output(torch: Any, x: Any, alpha: float, g: Any) -> Any:
    output = _elu(torch, x, alpha)
    return torch.where(output > 0, g, g * (output + alpha))
