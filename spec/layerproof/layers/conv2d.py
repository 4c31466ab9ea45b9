"""conv2d: a window slides over images, and each output is the window's products with a kernel, summed.

    output[n, o, i, j] = bias[o] + sum over c, p, q of
        weight[o, c, p, q]
        * x[n, g*C/groups + c, i*stride_h - padding_h + p*dilation_h, j*stride_w - padding_w + q*dilation_w]

with g = o // (O/groups), and x zero outside the image. It is a cross-correlation: the kernel is not flipped.
"""

from typing import Any

from layerproof.layers._arguments import Array, Pair, check_float_array, check_int, check_like, check_pair
from layerproof.layers._output_sizes import Lengths, window_places
from layerproof.layers._windows import check_window_fits
from layerproof.markers import hookspec

ARGUMENTS = {"x": "N C H W", "weight": "O C/groups kH kW", "bias": "O?"}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {"bias": None, "stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}


@hookspec(firstresult=True)
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> tuple[Array, Any] | None:
    """Compute the convolution of a batch of images.

    Arguments:
        x: (N, C, H, W), float32 or float64, any strides, perhaps read-only; N may be 0.
        weight: (O, C/groups, kH, kW), the dtype of x.
        bias: (O,), the dtype of x, or None.
        stride, dilation: (height, width), at least 1.
        padding: (height, width), zeros added on both sides, at least 0.
        groups: divides C and O; group g of the outputs sees group g of the inputs only.

    Returns:
        ``(output, saved)``: output (N, O, H', W') with the dtype of x and
        H' = (H + 2*padding_h - dilation_h*(kH - 1) - 1) // stride_h + 1, W' alike; saved is whatever backward needs.
        None declines this configuration.

    Edges: NaN and infinities go through the sums as IEEE arithmetic has it, so 0 * inf is NaN; where an infinity of
    weight meets padding PyTorch's own paths differ, and nothing is judged. With groups = C and O a multiple of C this
    is the depthwise convolution.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.conv2d.html
    """


def output_shape(
    x: Lengths, weight: Lengths, stride: Lengths, padding: Lengths, dilation: Lengths, **_: Any
) -> Lengths:
    """The shape of the output, for the shapes of the arrays."""
    return x[0], weight[0], *window_places(x[2:], weight[2:], stride, padding, dilation)


@hookspec(firstresult=True)
def conv2d_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output (N, O, H', W').

    grad_x (N, C, H, W) spreads each gradient back over its window, weighted by the kernel; grad_weight (O, C/groups,
    kH, kW) sums over the batch and all positions the products of gradient and input; grad_bias (O,) sums grad_output
    over batch and positions. A sum, never a mean. grad_bias is None where bias was None; what needs_input_grad rules
    out may be None. With N = 0 grad_weight and grad_bias are zeros.
    """


def validate(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> None:
    """Raise ValueError, naming the argument and both values, for what is not a convolution."""
    check_float_array("x", x, 4, "(N, C, H, W)")
    check_float_array("weight", weight, 4, "(O, C/groups, kH, kW)")
    check_pair("stride", stride, 1)
    check_pair("padding", padding, 0)
    check_pair("dilation", dilation, 1)
    check_int("groups", groups, 1)
    channels, outputs = x.shape[1], weight.shape[0]
    if min(x.shape[1:]) < 1:
        raise ValueError(f"`x`.shape (={x.shape}) must have at least one channel, row and column")
    if min(weight.shape) < 1:
        raise ValueError(f"`weight`.shape (={weight.shape}) must be at least 1 in every direction")
    if channels % groups or outputs % groups:
        raise ValueError(
            f"`groups` (={groups}) must divide the channels of `x` (={channels}) and `weight`.shape[0] (={outputs})"
        )
    check_like(
        "weight", weight, x, (outputs, channels // groups, *weight.shape[2:]), "for the channels of `x` and `groups`"
    )
    if bias is not None:
        check_like("bias", bias, x, (outputs,), "for the outputs of `weight`")
    check_window_fits(x.shape[2:], weight.shape[2:], padding, dilation)
