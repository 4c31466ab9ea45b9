"""adaptive_avg_pool2d: the means of as many windows as the output shall have pixels.

    output[n, c, i, j] = mean of x[n, c, first(i, H, H'):last(i, H, H'), first(j, W, W'):last(j, W, W')]

with first(i, H, H') = floor(i*H / H') and last(i, H, H') = ceil((i + 1)*H / H'), (H', W') = output_size.
"""

from typing import Any

from layerproof.layers._arguments import Array, Pair, check_float_array, check_pair
from layerproof.layers._output_sizes import Lengths
from layerproof.markers import hookspec

ARGUMENTS = {"x": "N C H W"}
DIFFERENTIABLE = ("x",)
NEUTRAL: dict[str, Any] = {}


@hookspec(firstresult=True)
def adaptive_avg_pool2d_forward(x: Array, output_size: Pair) -> tuple[Array, Any] | None:
    """Average a batch of images down, or up, to a given size.

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


def output_shape(x: Lengths, output_size: Lengths) -> Lengths:
    """The shape of the output, for that of x."""
    return *x[:2], *output_size


@hookspec(firstresult=True)
def adaptive_avg_pool2d_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``, (N, C, H, W), for grad_output (N, C, H', W').

    Every pixel gets grad_output divided by the number of pixels of the window, from each window that it lies in;
    where windows overlap the shares add up.
    """


def validate(x: Array, output_size: Pair) -> None:
    """Raise ValueError, naming the argument and both values, for what cannot be averaged.

    An output of size 0 is refused, because PyTorch has no gradient for it.
    """
    check_float_array("x", x, 4, "(N, C, H, W)")
    check_pair("output_size", output_size, 1)
    if min(x.shape[1:]) < 1:
        raise ValueError(f"`x`.shape (={x.shape}) must have at least one channel, row and column")
