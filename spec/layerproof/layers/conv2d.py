"""conv2d: Convolution of images with a kernel.

    output[n, o, i, j] = bias[o] + sum over c, p, q of
        weight[o, c, p, q]
        * x[n, g*C/groups + c, i*stride_h - padding_h + p*dilation_h, j*stride_w - padding_w + q*dilation_w]

with g = o // (O/groups), and x zero outside the image. It is a cross-correlation: the kernel is not flipped.
"""

from typing import Any

from layerproof.array_types import Array, Window
from layerproof.layers._windows import check_window_fits, window_places
from layerproof.markers import hookspec

ARGUMENTS = {
    "x": "N C+ H+ W+",
    "weight": "O+ C/groups kH+ kW+",
    "bias": "O?",
    "stride": "window from 1",
    "padding": "window from 0",
    "dilation": "window from 1",
    "groups": "int from 1",
}
OUTPUTS = {"output": "N O H' W'"}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {"bias": None, "stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}


@hookspec(firstresult=True)
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Window, padding: Window, dilation: Window, groups: int
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


def output_size(x: Window, weight: Window, stride: Window, padding: Window, dilation: Window) -> Window:
    """(H', W') of the output, for the shapes of the arrays."""
    return window_places(x[2:], weight[2:], stride, padding, dilation, ceil_mode=False)


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


def validate(x: Array, weight: Array, padding: Window, dilation: Window, groups: int) -> None:
    """Raise ValueError for groups that do not divide the outputs, or an image that is smaller than the kernel."""
    if weight.shape[0] % groups:
        raise ValueError(f"`groups` (={groups}) must divide O (={weight.shape[0]}) of `weight`")
    check_window_fits(x.shape[2:], weight.shape[2:], padding, dilation)
