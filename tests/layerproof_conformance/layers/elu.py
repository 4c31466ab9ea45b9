"""What the judge knows about elu: relative accuracy of the output, and of the gradient within the rounding of alpha.

The gradient is grad_output * alpha * exp(x) or, as in PyTorch's own layer in place, grad_output * (output + alpha), which cancels.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _smooth as smooth
from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"alpha": (1.0, 0.5, 0.0, -1.5, 2.0, 1.6732632423543772, 30.0)}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    positive = arguments["x"] > 0
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    below, alpha = x.where(~positive, 0.0), smooth.given(arithmetic, arguments["alpha"])
    bent = alpha * below.expm1()
    gradients = (gradient * alpha * below.exp(), gradient * (alpha * below.exp()), gradient * (bent + alpha))
    return {"output": x.where(positive, bent), "grad_x": [gradient.where(positive, value) for value in gradients]}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but the gradient at NaN, where PyTorch's paths differ, and infinite gradients where the slope is near 0."""
    return {"grad_x": smooth.sure_gradients(_trace, arguments, grad_output) & ~np.isnan(arguments["x"])}


def call(torch: Any, x: Any, alpha: float) -> Any:
    """The same in every release of PyTorch: that of 2.4 subtracts 1 from an exponential, which loses small values."""
    # not clamp: releases differ in its gradient at the limit
    below = torch.where(x > 0, torch.zeros_like(x), x)
    return torch.where(x > 0, x, alpha * torch.expm1(below))


BOUND = RunningError(_trace)
EXAMPLES = {"": {"x": numbers(3, 5), "alpha": 1.5}}
EDGES = {
    **smooth.ELEMENTWISE_EDGES,
    "alpha_zero": {"x": smooth.SIGNS, "alpha": 0.0},
    "alpha_below_zero": {"x": smooth.SIGNS, "alpha": -2.0},
    "alpha_below_zero_and_infinity": {"x": np.array([-np.inf, np.inf, -1.0, 1.0]), "alpha": -2.0},
    "alpha_large": {"x": np.linspace(-20, 5, 101), "alpha": 1e6},
    "alpha_small": {"x": np.linspace(-20, 5, 101), "alpha": 1e-6},
    "alpha_without_short_decimals": {"x": np.linspace(-3, 3, 67), "alpha": 1 / 3},
}
arrays = smooth.x_of_any_shape


def _elu(torch: Any, x: Any, alpha: float) -> Any:
    return torch.nn.functional.elu(x, alpha)


def _branch_overflows(torch: Any, x: Any, alpha: float, given_dtype: str) -> Any:
    return (x > 0) * x + (x <= 0) * (alpha * smooth.exp_in(torch, x, given_dtype, less=1))


def _bent(says: str, gradient: Any) -> Mistake:
    """Another gradient ``gradient(torch, x, alpha)`` where x is not positive."""
    return Mistake(says, backward=lambda torch, a, g, right: {
        "x": torch.where(a["x"] > 0, g, g * gradient(torch, a["x"], a["alpha"]))})  # fmt: skip


def _by_output(torch: Any, a: Any, g: Any, right: Any) -> Any:
    output = _elu(torch, a["x"], a["alpha"])
    return {"x": torch.where(output > 0, g, g * (output + a["alpha"]))}


MISTAKES = (
    changed("the sign of alpha is ignored", alpha=lambda a: abs(a["alpha"])),
    Mistake("alpha divides x within the exponential (celu)", lambda torch, x, alpha: torch.nn.functional.celu(x, alpha)),
    Mistake("exp(x) overflows in the branch that is not taken", _branch_overflows),
    Mistake("lacks the -1", lambda torch, x, alpha: torch.where(x > 0, x, alpha * torch.exp(x))),
    Mistake("scales the positive side too (selu)", lambda torch, x, alpha: torch.nn.functional.selu(x)),
    Mistake("max(x, alpha * (exp(x) - 1)), which is wrong for other alphas than 1", lambda torch, x, alpha: torch.maximum(x, alpha * torch.expm1(x))),
    Mistake("cuts the negative values off (relu)", lambda torch, x, alpha: torch.relu(x)),
    _bent("the gradient lacks alpha", lambda torch, x, alpha: torch.exp(x)),
    Mistake("gradient 1 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, g, right["x"])}),
    Mistake("the gradient is output + alpha by the sign of output", backward=_by_output),
    _bent("the gradient takes output for x, alpha * exp(output)", lambda torch, x, alpha: alpha * torch.exp(_elu(torch, x, alpha))),
    _bent("the gradient is the output, without alpha added", _elu),
)  # fmt: skip
