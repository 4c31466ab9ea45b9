"""softplus: Smooth approximation of relu.

output = x where beta * x > threshold, and log(1 + exp(beta * x)) / beta elsewhere
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "beta": "float of x", "threshold": "float of x"}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"beta": 1.0, "threshold": 20.0}


@hookspec(firstresult=True)
def softplus_forward(x: Array, beta: float, threshold: float) -> tuple[Array, Any] | None:
    """Compute the softplus of each element.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        beta: the larger, the closer to relu; any finite number within the dtype of x, also 0 and below.
        threshold: above it, beta * x passes for large; any finite number within the dtype of x, also 0 and below.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: the comparison is strict, so beta * x = threshold is smooth still. The left tail is exp(beta * x) / beta,
    right relative to its own size. NaN stays NaN. For beta > 0, +inf stays and -inf gives 0; for beta < 0, +inf gives
    -0.0 and -inf stays. For beta = 0 the output is log(2) / 0 = inf, or x if the threshold is below 0; an infinite x
    gives NaN.

    Not judged: beta * x above the overflow of exp (88.7 in float32, 709.7 in float64) with a threshold higher still,
    where PyTorch has inf and a gradient of NaN; and an element whose beta * x lies within its rounding (or underflow)
    of the threshold may be on either side of it, which shows where the threshold is low: the output jumps there.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.softplus.html
    """


@hookspec(firstresult=True)
def softplus_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``: grad_output where beta * x > threshold, and grad_output * sigmoid(beta * x) elsewhere.

    beta cancels: for beta = 0 the gradient is grad_output / 2, although the output is infinite. At beta * x = -inf it
    is 0. An infinite grad_output gives NaN where the sigmoid is 0; where it is 0 in one dtype only, nothing is
    judged. Nor where grad_output * exp(beta * x), PyTorch's first product, overflows.
    """
