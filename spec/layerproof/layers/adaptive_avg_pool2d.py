"""adaptive_avg_pool2d: Average pooling to a given output size.

    output[n, c, i, j] = mean of x[n, c, first(i, H, H'):last(i, H, H'), first(j, W, W'):last(j, W, W')]

with first(i, H, H') = floor(i*H / H') and last(i, H, H') = ceil((i + 1)*H / H'), (H', W') = output_size.
"""

from typing import Any

from layerproof.array_types import Array, Window
from layerproof.markers import hookspec

ARGUMENTS = {"x": "N C+ H+ W+", "output_size": "window from 1"}
OUTPUTS = {"output": "N C *output_size"}
DIFFERENTIABLE = ("x",)
NEUTRAL: dict[str, Any] = {}


@hookspec(firstresult=True)
def adaptive_avg_pool2d_forward(x: Array, output_size: Window) -> tuple[Array, Any] | None:
    """Average-pool a batch of images to a given output size.

    Arguments:
        x: (N, C, H, W), float32 or float64, any strides, perhaps read-only; N may be 0.
        output_size: (height, width) of the output, at least 1; it need not divide (H, W) and may be larger.

    Returns:
        ``(output, saved)``: output (N, C, *output_size) with the dtype of x; saved is whatever backward needs. None
        declines this configuration.

    Edges: where output_size does not divide the size of x, the windows differ in length and overlap by a pixel; where
    it is larger, they repeat pixels. (1, 1) is the mean of the whole image, (H, W) the identity. NaN and infinities
    make the outputs of just the windows that hold them NaN or infinite.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.adaptive_avg_pool2d.html
    """


@hookspec(firstresult=True)
def adaptive_avg_pool2d_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``, (N, C, H, W), for grad_output (N, C, H', W').

    Every pixel gets grad_output divided by the number of pixels of the window, from each window that it lies in;
    where windows overlap the shares add up.
    """
