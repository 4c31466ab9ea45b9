"""What the judge knows about silu: relative accuracy of the output, and a gradient that cancels.

The gradient s (1 + x (1 - s)) crosses 0 near x = -1.28, and on the right the error of s counts x times. The judge accepts an
overflow of grad_output times x, which a chain of two layers would meet, but none of an exponential.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._smooth import edges, elements, exp_in, logistic, sure_gradients
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    s = logistic(x)
    gradients: list[TracedValue] = [
        gradient * (s * (1 + x * (1 - s))),
        gradient * s * (1 + x * (1 - s)),
        gradient * s + gradient * x * (s * (1 - s)),
    ]
    return {"output": x * s, "grad_x": gradients}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    return {"x": elements(sampler)}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but infinite gradients where the two terms of the derivative have opposite signs, infinity less infinity."""
    opposite = np.isinf(grad_output) & ~(arguments["x"] > 0)
    return {"grad_x": sure_gradients(_trace, arguments, grad_output) & ~opposite}


EDGES = {**edges(), "gradient_crosses_zero": lambda: {"x": -1.2784645427610738 + 10.0 ** -np.arange(1.0, 12.0)}}


def _overflowing(torch: Any, x: Any, given_dtype: str) -> Any:
    power = exp_in(torch, x, given_dtype)
    return x * (power / (1 + power))


MISTAKES = (
    Mistake("exp(x) / (1 + exp(x)) overflows for large x", forward=_overflowing),
    Mistake("computes the sigmoid, not multiplied by x", forward=lambda torch, x: torch.sigmoid(x)),
    Mistake("computes gelu", forward=lambda torch, x: torch.nn.functional.gelu(x)),
    Mistake("computes x sigmoid(1.702 x)", forward=lambda torch, x: x * torch.sigmoid(1.702 * x)),
    Mistake("is piecewise (hard swish)", forward=lambda torch, x: torch.nn.functional.hardswish(x)),
    Mistake("the gradient is the sigmoid alone, without x s (1 - s)", backward=lambda torch, a, g, right: {
        "x": g * torch.sigmoid(a["x"])}),
    Mistake("the gradient is x s (1 - s) alone, without the sigmoid", backward=lambda torch, a, g, right: {
        "x": g * a["x"] * _slope(torch, a["x"])}),
    Mistake("the gradient is that of the sigmoid, s (1 - s)", backward=lambda torch, a, g, right: {
        "x": g * _slope(torch, a["x"])}),
    Mistake("the gradient takes output for x", backward=lambda torch, a, g, right: {
        "x": _from_output(torch, a["x"], g)}),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
)  # fmt: skip


def _slope(torch: Any, x: Any) -> Any:
    s = torch.sigmoid(x)
    return s * (1 - s)


def _from_output(torch: Any, x: Any, g: Any) -> Any:
    y = torch.nn.functional.silu(x)
    s = torch.sigmoid(y)
    return g * s * (1 + y * (1 - s))
