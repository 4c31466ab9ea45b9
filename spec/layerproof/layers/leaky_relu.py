"""leaky_relu: Leaky rectified linear unit.

output = x where x > 0, and negative_slope * x elsewhere
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "negative_slope": "float of x"}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"negative_slope": 0.01}


@hookspec(firstresult=True)
def leaky_relu_forward(x: Array, negative_slope: float) -> tuple[Array, Any] | None:
    """Multiply the elements that are not positive by a slope.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        negative_slope: any finite number within the dtype of x, also below 0, 0, and above 1; PyTorch rounds it to
            that dtype.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: it is a choice, not a maximum: max(x, negative_slope * x) is wrong for slopes above 1. NaN stays NaN, +inf
    stays, -inf is multiplied by the slope, which gives NaN for a slope of 0.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.leaky_relu.html
    """


@hookspec(firstresult=True)
def leaky_relu_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``: grad_output where x > 0, and negative_slope * grad_output elsewhere.

    At x = 0, -0.0 and NaN it is negative_slope * grad_output. The sign that decides is that of x, not of output: they
    differ where the slope is below 0. An infinite grad_output gives NaN where the slope is 0.
    """
