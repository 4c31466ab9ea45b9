"""avg_pool2d: the mean of each window of an image.

    output[n, c, i, j] = 1 / count[i, j] * sum over p, q of
        x[n, c, i*stride_h - padding_h + p, j*stride_w - padding_w + q]

with x zero outside the image, and count the number of pixels that the window averages.
"""

from collections.abc import Mapping
from typing import Any

from layerproof.layers._arguments import Array, Pair, check_bool, check_float_array, check_pair
from layerproof.layers._output_sizes import Lengths, window_places
from layerproof.layers._windows import check_pool_fits, check_pool_padding
from layerproof.markers import hookspec

ARGUMENTS = {"x": "N C H W"}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"stride": "kernel_size", "padding": (0, 0), "ceil_mode": False, "count_include_pad": True}


@hookspec(firstresult=True)
def avg_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, ceil_mode: bool, count_include_pad: bool
) -> tuple[Array, Any] | None:
    """Take the mean over the windows of a batch of images.

    Arguments:
        x: (N, C, H, W), float32 or float64, any strides, perhaps read-only; N may be 0.
        kernel_size: (height, width) of the window, at least 1.
        stride: (height, width), at least 1; neutral when it equals kernel_size.
        padding: (height, width), pixels of 0 added on both sides, at least 0 and at most half the window.
        ceil_mode: round the output's size up, so that a last window may reach beyond the padded image.
        count_include_pad: whether the pixels of padding count in the mean. Those beyond the padding, which only
            ceil_mode reaches, never count.

    Returns:
        ``(output, saved)``: output (N, C, H', W') with the dtype of x and
        H' = (H + 2*padding_h - kernel_h) / stride_h + 1, rounded down, W' alike; saved is whatever backward needs.
        With ceil_mode it is rounded up, and one less where the last window would begin at or after H + padding_h,
        beyond the image and its left padding. So each window holds a pixel of x. None declines this configuration.

    Edges: NaN and infinities make the outputs of just the windows that hold them NaN or infinite.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.avg_pool2d.html
    """


def output_shape(
    x: Lengths, kernel_size: Lengths, stride: Lengths, padding: Lengths, ceil_mode: bool, **_: Any
) -> Lengths:
    """The shape of the output, for that of x."""
    return *x[:2], *window_places(x[2:], kernel_size, stride, padding, ceil_mode=ceil_mode)


@hookspec(firstresult=True)
def avg_pool2d_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``, (N, C, H, W), for grad_output (N, C, H', W').

    Every pixel gets grad_output / count of each window that it lies in; where windows overlap the shares add up. The
    count is that of forward, so the shares that fall on counted padding are lost. Pixels in no window get 0.
    """


def validate(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, ceil_mode: bool, count_include_pad: bool
) -> None:
    """Raise ValueError, naming the argument and both values, for what is not a pool."""
    check_float_array("x", x, 4, "(N, C, H, W)")
    check_pair("kernel_size", kernel_size, 1)
    check_pair("stride", stride, 1)
    check_pair("padding", padding, 0)
    check_bool("ceil_mode", ceil_mode)
    check_bool("count_include_pad", count_include_pad)
    if min(x.shape[1:]) < 1:
        raise ValueError(f"`x`.shape (={x.shape}) must have at least one channel, row and column")
    check_pool_padding(kernel_size, padding)
    check_pool_fits(x.shape[2:], kernel_size, stride, padding, ceil_mode=ceil_mode)


def is_neutral(argument: str, arguments: Mapping[str, Any]) -> bool:
    """Whether an argument has the value that PyTorch takes when it is left out; stride then equals kernel_size."""
    expected = arguments["kernel_size"] if argument == "stride" else NEUTRAL[argument]
    return bool(arguments[argument] == expected)
