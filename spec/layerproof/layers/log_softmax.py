"""log_softmax: Logarithm of the softmax along an axis.

output = x - log(sum of exp(x) along dim)
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "dim": "axis of x"}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"dim": -1}


@hookspec(firstresult=True)
def log_softmax_forward(x: Array, dim: int) -> tuple[Array, Any] | None:
    """Compute the logarithm of the softmax along one axis.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        dim: the axis whose probabilities sum to 1, counted from either end. An implementation that leaves it out of
            its signature is asked for the last axis only, whichever way it is counted.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: the maximum is subtracted first, so no finite x overflows, except that differences beyond the dtype give
    -inf. A row with NaN, with +inf, or with nothing but -inf gives NaN throughout; -inf beside finite values stays
    -inf. A single element gives 0, and so does a 0-d array (dim 0 or -1). A row of length 0 stays empty.

    The output for a dominating element is near 0. PyTorch loses it (log of a sum that rounds to 1), so it is
    judged within the rounding of the sum; an implementation may do better.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.log_softmax.html
    """


@hookspec(firstresult=True)
def log_softmax_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)`` = grad_output - exp(output) * (sum of grad_output along dim).

    Where the output is -inf the gradient is grad_output. NaN or an infinity in grad_output reaches its whole row;
    where the output is NaN the gradient is NaN. Where exp(output) is 0 in one dtype only and the sum is infinite,
    nothing is judged.
    """
