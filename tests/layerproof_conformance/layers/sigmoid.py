"""What the judge knows about sigmoid: relative accuracy of the output, and a gradient that cancels on the right."""

from collections.abc import Mapping
from typing import Any

from layerproof_conformance.layers import _smooth as smooth
from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.layers._mistakes import slope
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.mistake import Mistake


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, TracedValue]:
    """The gradient has the factor 1 - output, hence the error of output on the right."""
    s = smooth.logistic(arithmetic.exact(arguments["x"]))
    return {"output": s, "grad_x": arithmetic.exact(grad_output) * ((1 - s) * s)}


EXAMPLES = {"": {"x": numbers(3, 5)}}
EDGES = smooth.ELEMENTWISE_EDGES
arrays, judged = smooth.x_of_any_shape, smooth.judged_where_sure(trace)
MISTAKES = (
    Mistake("exp(x) / (1 + exp(x)) overflows for large x", smooth.overflowing_sigmoid),
    Mistake("the exponential has the wrong sign", lambda torch, x: torch.sigmoid(-x)),
    Mistake("computes tanh", lambda torch, x: torch.tanh(x)),
    Mistake("computes the logarithm of the sigmoid", lambda torch, x: torch.nn.functional.logsigmoid(x)),
    Mistake("is piecewise linear (hard sigmoid)", lambda torch, x: torch.nn.functional.hardsigmoid(x)),
    slope("the gradient lacks the factor 1 - output", lambda torch, x: torch.sigmoid(x)),
    slope("the gradient lacks the factor output", lambda torch, x: 1 - torch.sigmoid(x)),
    slope("the gradient takes x for the output, x (1 - x)", lambda torch, x: x * (1 - x)),
    slope("the gradient takes the sigmoid twice", lambda torch, x: smooth.slope_of_sigmoid(torch, torch.sigmoid(x))),
)
