"""conv_transpose2d: Transposed convolution of images.

    output[n, o, i, j] = bias[o] + sum of x[n, c, h, w] * weight[c, o - g*O/groups, p, q]

over all c of group g = o // (O/groups) and all h, p, w, q with

    i = h*stride_h - padding_h + p*dilation_h,    j = w*stride_w - padding_w + q*dilation_w

It is what conv2d does to gradients: the transpose of the same linear map, not its inverse.
"""

from typing import Any

from layerproof.array_types import Array, Window
from layerproof.layers._windows import SPATIAL_AXES
from layerproof.markers import hookspec

ARGUMENTS = {
    "x": "N C+ H+ W+",
    "weight": "C O/groups+ kH+ kW+",
    "bias": "O?",
    "stride": "window from 1",
    "padding": "window from 0",
    "output_padding": "window from 0",
    "dilation": "window from 1",
    "groups": "int from 1",
}
OUTPUTS = {"output": "N O H' W'"}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {
    "bias": None,
    "stride": (1, 1),
    "padding": (0, 0),
    "output_padding": (0, 0),
    "dilation": (1, 1),
    "groups": 1,
}


@hookspec(firstresult=True)
def conv_transpose2d_forward(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Window,
    padding: Window,
    output_padding: Window,
    dilation: Window,
    groups: int,
) -> tuple[Array, Any] | None:
    """Compute the transposed convolution of a batch of images.

    Arguments:
        x: (N, C, H, W), float32 or float64, any strides, perhaps read-only; N may be 0.
        weight: (C, O/groups, kH, kW), the dtype of x. The inputs come first, unlike in conv2d.
        bias: (O,), the dtype of x, or None.
        stride, dilation: (height, width), at least 1. The stride is that of the output: x is spread out by it.
        padding: (height, width), at least 0: rows and columns that are cut off the output on both sides.
        output_padding: (height, width), at least 0, and in each direction smaller than the stride or the dilation:
            rows and columns added to the output at the end (bottom, right), which the kernel may still reach.
        groups: divides C; group g of the inputs makes group g of the outputs only.

    Returns:
        ``(output, saved)``: output (N, O, H', W') with the dtype of x and
        H' = (H - 1)*stride_h - 2*padding_h + dilation_h*(kH - 1) + output_padding_h + 1, W' alike; saved is whatever
        backward needs. None declines this configuration.

    Edges: an output pixel that no kernel reaches is the bias, or 0. NaN and infinities go through the sums as IEEE
    arithmetic has it, so 0 * inf is NaN; they touch only the pixels that the kernel reaches from them. What padding
    cuts off is lost.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.conv_transpose2d.html
    """


def output_size(
    x: Window, weight: Window, stride: Window, padding: Window, output_padding: Window, dilation: Window
) -> Window:
    """(H', W') of the output, for the shapes of the arrays."""
    axes = zip(x[2:], weight[2:], stride, padding, output_padding, dilation, strict=True)
    return tuple(
        (length - 1) * step - 2 * cut + gap * (kernel - 1) + added + 1 for length, kernel, step, cut, added, gap in axes
    )


@hookspec(firstresult=True)
def conv_transpose2d_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output (N, O, H', W').

    grad_x (N, C, H, W) is the convolution of grad_output with weight, with the same stride, padding, dilation and
    groups (output_padding only tells how large grad_output is); grad_weight (C, O/groups, kH, kW) sums over the batch
    and all positions of x the products of x and the gradient under the kernel; grad_bias (O,) sums grad_output over
    batch and positions. A sum, never a mean. grad_bias is None where bias was None; what needs_input_grad rules out
    may be None. With N = 0 grad_weight and grad_bias are zeros. Where an infinity of x or weight meets the padding
    around grad_output, nothing is judged.
    """


def validate(
    x: Array,
    weight: Array,
    stride: Window,
    padding: Window,
    output_padding: Window,
    dilation: Window,
    groups: int,
) -> None:
    """Raise ValueError for groups that do not divide the channels, or paddings that do not fit the output."""
    if x.shape[1] % groups:
        raise ValueError(f"`groups` (={groups}) must divide C (={x.shape[1]}) of `x`")
    axes = SPATIAL_AXES[-len(stride) :]
    windows = zip(axes, x.shape[2:], weight.shape[2:], stride, padding, output_padding, dilation, strict=True)
    for axis, length, kernel, step, cut, added, gap in windows:
        if added >= max(step, gap):
            raise ValueError(
                f"`output_padding` (={added}) in {axis} must be smaller than `stride` (={step}) or `dilation` (={gap})"
            )
        whole = (length - 1) * step + gap * (kernel - 1) + added + 1
        if whole <= 2 * cut:
            raise ValueError(f"`padding` (={cut}) on both sides in {axis} must leave some of the output (={whole})")
