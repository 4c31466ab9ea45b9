"""What the judge knows about silu: relative accuracy of the output, and a gradient that cancels.

The judge accepts an overflow of grad_output times x, which a chain of two layers would meet, but none of an exponential.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _smooth as smooth
from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.layers._mistakes import slope
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.mistake import Mistake


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """The gradient s (1 + x (1 - s)) crosses 0 near x = -1.28; on the right the error of s counts x times."""
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    s = smooth.logistic(x)
    factor, slope_of_s = 1 + x * (1 - s), s * (1 - s)
    gradients = [gradient * (s * factor), gradient * s * factor, gradient * s + gradient * x * slope_of_s]
    return {"output": x * s, "grad_x": gradients}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but infinite gradients where the two terms of the derivative have opposite signs, infinity less infinity."""
    opposite = np.isinf(grad_output) & ~(arguments["x"] > 0)
    return {"grad_x": smooth.sure_gradients(trace, arguments, grad_output) & ~opposite}


def _slope_from_output(torch: Any, x: Any) -> Any:
    y = torch.nn.functional.silu(x)
    return torch.sigmoid(y) + y * smooth.slope_of_sigmoid(torch, y)


EXAMPLES = {"": {"x": numbers(3, 5)}}
EDGES = {
    **smooth.ELEMENTWISE_EDGES,
    "gradient_crosses_zero": {"x": -1.2784645427610738 + 10.0 ** -np.arange(1.0, 12.0)},
}
arrays = smooth.x_of_any_shape
MISTAKES = (
    Mistake("exp(x) / (1 + exp(x)) overflows for large x", lambda torch, x, given_dtype: x * smooth.overflowing_sigmoid(torch, x, given_dtype)),
    Mistake("computes the sigmoid, not multiplied by x", lambda torch, x: torch.sigmoid(x)),
    Mistake("computes gelu", lambda torch, x: torch.nn.functional.gelu(x)),
    Mistake("computes x sigmoid(1.702 x)", lambda torch, x: x * torch.sigmoid(1.702 * x)),
    Mistake("is piecewise (hard swish)", lambda torch, x: torch.nn.functional.hardswish(x)),
    slope("the gradient is the sigmoid alone, without x s (1 - s)", lambda torch, x: torch.sigmoid(x)),
    slope("the gradient is x s (1 - s) alone, without the sigmoid", lambda torch, x: x * smooth.slope_of_sigmoid(torch, x)),
    slope("the gradient is that of the sigmoid, s (1 - s)", lambda torch, x: smooth.slope_of_sigmoid(torch, x)),
    slope("the gradient takes output for x", _slope_from_output),
)  # fmt: skip
