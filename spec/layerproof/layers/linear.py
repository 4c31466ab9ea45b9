"""linear: every output is a weighted sum of the inputs, plus a bias.

output[..., o] = bias[o] + sum over i of x[..., i] * weight[o, i]
"""

from typing import Any

from layerproof.layers._arguments import Array, check_float_array, check_like
from layerproof.layers._output_sizes import Lengths
from layerproof.markers import hookspec

ARGUMENTS = {"x": "... in", "weight": "out in", "bias": "out?"}
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


def output_shape(x: Lengths, weight: Lengths, **_: Any) -> Lengths:
    """The shape of the output, for the shapes of the arrays."""
    return *x[:-1], weight[0]


@hookspec(firstresult=True)
def linear_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output (..., out).

    grad_x[..., i] = sum over o of grad_output[..., o] * weight[o, i]; grad_weight[o, i] sums grad_output[..., o] *
    x[..., i] and grad_bias[o] sums grad_output[..., o] over all leading axes. A sum, never a mean. grad_bias is None
    where bias was None; what needs_input_grad rules out may be None. Sums over nothing (an empty batch) are zeros.
    """


def validate(x: Array, weight: Array, bias: Array | None) -> None:
    """Raise ValueError, naming the argument and both values, for shapes or dtypes that do not go together."""
    check_float_array("x", x)
    if x.ndim < 1:
        raise ValueError(f"`x`.ndim (={x.ndim}) must be at least 1 (..., in)")
    check_float_array("weight", weight, 2, "(out, in)")
    check_like("weight", weight, x, (weight.shape[0], x.shape[-1]), "for the last axis of `x`")
    if bias is not None:
        check_like("bias", bias, x, weight.shape[:1], "for the outputs of `weight`")
