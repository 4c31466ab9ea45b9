"""softmax: exp(x), divided by its sum along an axis.

output[i] = exp(x[i]) / sum over j of exp(x[j]), along one axis
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "dim": "axis of x"}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"dim": -1}


@hookspec(firstresult=True)
def softmax_forward(x: Array, dim: int) -> tuple[Array, Any] | None:
    """Divide the exponentials by their sum along one axis.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        dim: the axis of the sum, counted from either end; neutral when it is the last.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: large values do not overflow, because softmax(x) = softmax(x - max x). An element of -inf gives 0. Where the
    axis holds a NaN, a +inf, or nothing but -inf, all its outputs are NaN. A 0-d array, which counts as one axis, gives
    1 (NaN if not finite). An axis of length 0 gives an empty output.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.softmax.html
    """


@hookspec(firstresult=True)
def softmax_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``: output * (grad_output - sum of grad_output * output), the sum along dim.

    A NaN or an infinity in grad_output makes the whole gradient along the axis NaN where it meets the sum; 0 * inf is
    NaN, so an output of 0 does not mask it.
    """
