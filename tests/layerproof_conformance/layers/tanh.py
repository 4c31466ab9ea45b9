"""What the judge knows about tanh: relative accuracy of the output, and a gradient that cancels in both tails."""

from collections.abc import Mapping
from typing import Any

from layerproof_conformance.layers import _smooth as smooth
from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.layers._mistakes import slope
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.mistake import Mistake


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, TracedValue]:
    """The gradient has the factor 1 - tanh(x)**2, which is also 1 / cosh(x)**2."""
    x = arithmetic.exact(arguments["x"])
    return {"output": x.tanh(), "grad_x": arithmetic.exact(grad_output) * smooth.slope_of_tanh(x)}


def _overflowing(torch: Any, x: Any, given_dtype: str) -> Any:
    up, down = smooth.exp_in(torch, x, given_dtype), smooth.exp_in(torch, -x, given_dtype)
    return (up - down) / (up + down)


def _overflowing_square(torch: Any, x: Any, given_dtype: str) -> Any:
    power = smooth.exp_in(torch, 2 * x, given_dtype)
    return (power - 1) / (power + 1)


EXAMPLES = {"": {"x": numbers(3, 5)}}
EDGES = smooth.ELEMENTWISE_EDGES
arrays, judged = smooth.x_of_any_shape, smooth.judged_where_sure(trace)
MISTAKES = (
    Mistake("exp(x) and exp(-x) overflow for large x", _overflowing),
    Mistake("exp(2x) overflows for large x", _overflowing_square),
    Mistake("computes the sigmoid", lambda torch, x: torch.sigmoid(x)),
    Mistake("computes tanh(x / 2), a sigmoid from -1 to 1", lambda torch, x: torch.tanh(x / 2)),
    Mistake("is piecewise linear (hard tanh)", lambda torch, x: torch.nn.functional.hardtanh(x)),
    slope("the gradient is 1 - output, not squared", lambda torch, x: 1 - torch.tanh(x)),
    slope("the gradient takes x for the output, 1 - x**2", lambda torch, x: 1 - x**2),
    slope("the gradient takes tanh twice", lambda torch, x: 1 - torch.tanh(torch.tanh(x)) ** 2),
    slope("the gradient is that of the sigmoid, output (1 - output)", lambda torch, x: torch.tanh(x) * (1 - torch.tanh(x))),
)  # fmt: skip
