"""mse_loss: the squared differences between two arrays, averaged.

output = (x - target)**2 for each element, then its mean, its sum, or as it is
"""

from typing import Any

from layerproof.layers._arguments import Array, check_float_array, check_like, check_one_of
from layerproof.layers._output_sizes import Lengths
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "target": "..."}
DIFFERENTIABLE = ("x", "target")
NEUTRAL = {"reduction": "mean"}


@hookspec(firstresult=True)
def mse_loss_forward(x: Array, target: Array, reduction: str) -> tuple[Array, Any] | None:
    """Compute the mean squared error.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        target: the shape and dtype of x. Nothing is broadcast.
        reduction: "mean" divides the sum by the number of all elements (not of rows), "sum", or "none".

    Returns:
        ``(output, saved)``: output is a 0-d array of the dtype of x (a NumPy scalar of that dtype will do), or with
        "none" an array of the shape of x; saved is whatever backward needs. None declines this configuration.

    Edges: with nothing to average the mean is NaN and the sum 0. NaN goes through; two equal infinities give NaN,
    other infinities inf. A difference whose square overflows gives inf, while its gradient is finite still.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.mse_loss.html
    """


def output_shape(x: Lengths, reduction: str, **_: Any) -> Lengths:
    """The shape of the output, for that of x."""
    return x if reduction == "none" else ()


@hookspec(firstresult=True)
def mse_loss_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool]
) -> tuple[Array | None, Array | None]:
    """Return ``(grad_x, grad_target)``: 2 * (x - target) * grad_output, and its negative.

    grad_output is a 0-d array, and with "none" one of the shape of x; with "mean" both gradients are divided by the
    number of elements. Empty arrays have empty gradients, whatever grad_output is.
    """


def validate(x: Array, target: Array, reduction: str) -> None:
    """Raise ValueError, naming the argument and both values, for arrays that do not match or an unknown reduction."""
    check_float_array("x", x)
    check_like("target", target, x, x.shape, "like `x`")
    check_one_of("reduction", reduction, ("none", "mean", "sum"))
