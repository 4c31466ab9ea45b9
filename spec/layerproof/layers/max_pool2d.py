"""max_pool2d: the largest value in each window of an image.

    output[n, c, i, j] = max over p, q of
        x[n, c, i*stride_h - padding_h + p*dilation_h, j*stride_w - padding_w + q*dilation_w]

with x = -inf outside the image.
"""

from collections.abc import Mapping
from typing import Any

from layerproof.layers._arguments import Array, Pair, check_bool, check_float_array, check_pair
from layerproof.layers._output_sizes import Lengths, window_places
from layerproof.layers._windows import check_pool_fits, check_pool_padding
from layerproof.markers import hookspec

ARGUMENTS = {"x": "N C H W"}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"stride": "kernel_size", "padding": (0, 0), "dilation": (1, 1), "ceil_mode": False}


@hookspec(firstresult=True)
def max_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
) -> tuple[Array, Any] | None:
    """Take the maximum over the windows of a batch of images.

    Arguments:
        x: (N, C, H, W), float32 or float64, any strides, perhaps read-only; N may be 0.
        kernel_size, dilation: (height, width), at least 1. The window spans dilation*(kernel_size - 1) + 1 pixels.
        stride: (height, width), at least 1; neutral when it equals kernel_size.
        padding: (height, width), pixels of -inf added on both sides, at least 0 and at most half of kernel_size.
        ceil_mode: round the output's size up, so that a last window may reach beyond the padded image.

    Returns:
        ``(output, saved)``: output (N, C, H', W') with the dtype of x and
        H' = (H + 2*padding_h - dilation_h*(kernel_h - 1) - 1) / stride_h + 1, rounded down, W' alike; saved is
        whatever backward needs. With ceil_mode it is rounded up, and one less where the last window would begin at or
        after H + padding_h, beyond the image and its left padding. None declines this configuration.

    Edges: the result is exact. NaN wins over everything, -inf is a value like any other, and of 0.0 and -0.0 either may
    be returned. Not judged: with dilation above 1 a window can lie in padding alone (PyTorch gives -inf, with an index
    outside the image).

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.max_pool2d.html
    """


def output_shape(
    x: Lengths, kernel_size: Lengths, stride: Lengths, padding: Lengths, dilation: Lengths, ceil_mode: bool
) -> Lengths:
    """The shape of the output, for that of x."""
    return *x[:2], *window_places(x[2:], kernel_size, stride, padding, dilation, ceil_mode)


@hookspec(firstresult=True)
def max_pool2d_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``, (N, C, H, W), for grad_output (N, C, H', W').

    The first maximum of each window in row-major order takes its whole gradient, also where several are equal (0.0 and
    -0.0 are) and where all are -inf: padding never takes it. Where windows overlap the gradients add up. A NaN takes
    the gradient of its window; of several NaN any one may (PyTorch: the last). Pixels in no window, or never a maximum,
    get 0.
    """


def validate(x: Array, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool) -> None:
    """Raise ValueError, naming the argument and both values, for what is not a pool."""
    check_float_array("x", x, 4, "(N, C, H, W)")
    check_pair("kernel_size", kernel_size, 1)
    check_pair("stride", stride, 1)
    check_pair("padding", padding, 0)
    check_pair("dilation", dilation, 1)
    check_bool("ceil_mode", ceil_mode)
    if min(x.shape[1:]) < 1:
        raise ValueError(f"`x`.shape (={x.shape}) must have at least one channel, row and column")
    check_pool_padding(kernel_size, padding)
    check_pool_fits(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)


def is_neutral(argument: str, arguments: Mapping[str, Any]) -> bool:
    """Whether an argument has the value that PyTorch takes when it is left out; stride then equals kernel_size."""
    expected = arguments["kernel_size"] if argument == "stride" else NEUTRAL[argument]
    return bool(arguments[argument] == expected)
