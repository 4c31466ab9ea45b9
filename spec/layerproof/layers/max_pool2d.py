"""max_pool2d: Max pooling over windows of an image.

    output[n, c, i, j] = max over p, q of
        x[n, c, i*stride_h - padding_h + p*dilation_h, j*stride_w - padding_w + q*dilation_w]

with x = -inf outside the image.
"""

from typing import Any

from layerproof.array_types import Array, Window
from layerproof.layers._windows import check_pool_fits, window_places
from layerproof.markers import hookspec

ARGUMENTS = {
    "x": "N C+ H+ W+",
    "kernel_size": "window from 1",
    "stride": "window from 1",
    "padding": "window from 0",
    "dilation": "window from 1",
    "ceil_mode": "bool",
}
OUTPUTS = {"output": "N C H' W'"}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"stride": "kernel_size", "padding": (0, 0), "dilation": (1, 1), "ceil_mode": False}


@hookspec(firstresult=True)
def max_pool2d_forward(
    x: Array, kernel_size: Window, stride: Window, padding: Window, dilation: Window, ceil_mode: bool
) -> tuple[Array, Any] | None:
    """Take the maximum of each window of a batch of images.

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


def output_size(
    x: Window, kernel_size: Window, stride: Window, padding: Window, dilation: Window, ceil_mode: bool
) -> Window:
    """(H', W') of the output, for the shape of x."""
    return window_places(x[2:], kernel_size, stride, padding, dilation, ceil_mode)


@hookspec(firstresult=True)
def max_pool2d_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``, (N, C, H, W), for grad_output (N, C, H', W').

    The first maximum of each window in row-major order takes its whole gradient, also where several are equal (0.0 and
    -0.0 are) and where all are -inf: padding never takes it. Where windows overlap the gradients add up. A NaN takes
    the gradient of its window; of several NaN any one may (PyTorch: the last). Pixels in no window, or never a maximum,
    get 0.
    """


def validate(x: Array, kernel_size: Window, stride: Window, padding: Window, dilation: Window, ceil_mode: bool) -> None:
    """Raise ValueError for a padding that is too wide, or an image without room for a window."""
    check_pool_fits(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
