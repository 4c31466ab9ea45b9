"""linear: Affine map: x @ weight.T + bias.

output[..., o] = bias[o] + sum over i of x[..., i] * weight[o, i]
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "... in", "weight": "out in", "bias": "out?"}
OUTPUTS = {"output": "... out"}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {"bias": None}


@hookspec(firstresult=True)
def linear_forward(x: Array, weight: Array, bias: Array | None) -> tuple[Array, Any] | None:
    """Multiply the last axis of x by the transposed weight, and add the bias.

    Arguments:
        x: (..., in) with any leading axes, also none; float32 or float64, any strides, perhaps read-only or empty.
        weight: (out, in), the dtype of x.
        bias: (out,), the dtype of x, or None.

    Returns:
        ``(output, saved)``: output (..., out) with the dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: NaN and infinities go through the sums as IEEE arithmetic has it, so 0 * inf is NaN. With in = 0 the output
    is the bias, or zeros; out and any leading axis may be 0 too.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.linear.html
    """


@hookspec(firstresult=True)
def linear_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output (..., out).

    grad_x[..., i] = sum over o of grad_output[..., o] * weight[o, i]; grad_weight[o, i] sums grad_output[..., o] *
    x[..., i] and grad_bias[o] sums grad_output[..., o] over all leading axes. A sum, never a mean. grad_bias is None
    where bias was None; what needs_input_grad rules out may be None. Sums over nothing (an empty batch) are zeros.
    """
