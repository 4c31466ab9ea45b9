"""avg_pool2d: Average pooling over windows of an image.

    output[n, c, i, j] = 1 / count[i, j] * sum over p, q of
        x[n, c, i*stride_h - padding_h + p, j*stride_w - padding_w + q]

with x zero outside the image, and count the number of pixels that the window averages.
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
    "ceil_mode": "bool",
    "count_include_pad": "bool",
}
OUTPUTS = {"output": "N C H' W'"}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"stride": "kernel_size", "padding": (0, 0), "ceil_mode": False, "count_include_pad": True}


@hookspec(firstresult=True)
def avg_pool2d_forward(
    x: Array, kernel_size: Window, stride: Window, padding: Window, ceil_mode: bool, count_include_pad: bool
) -> tuple[Array, Any] | None:
    """Take the mean of each window of a batch of images.

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


def output_size(x: Window, kernel_size: Window, stride: Window, padding: Window, ceil_mode: bool) -> Window:
    """(H', W') of the output, for the shape of x."""
    return window_places(x[2:], kernel_size, stride, padding, (1,) * len(kernel_size), ceil_mode)


@hookspec(firstresult=True)
def avg_pool2d_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``, (N, C, H, W), for grad_output (N, C, H', W').

    Every pixel gets grad_output / count of each window that it lies in; where windows overlap the shares add up. The
    count is that of forward, so the shares that fall on counted padding are lost. Pixels in no window get 0.
    """


def validate(x: Array, kernel_size: Window, stride: Window, padding: Window, ceil_mode: bool) -> None:
    """Raise ValueError for a padding that is too wide, or an image without room for a window."""
    check_pool_fits(x.shape[2:], kernel_size, stride, padding, (1, 1), ceil_mode)
