"""mse_loss: Mean squared error between two arrays.

output = (x - target)**2 for each element, then its mean, its sum, or as it is
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "target": "...", "reduction": "choice none mean sum"}
OUTPUTS = {"output": "reduced ..."}
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


@hookspec(firstresult=True)
def mse_loss_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool]
) -> tuple[Array | None, Array | None]:
    """Return ``(grad_x, grad_target)``: 2 * (x - target) * grad_output, and its negative.

    grad_output is a 0-d array, and with "none" one of the shape of x; with "mean" both gradients are divided by the
    number of elements. Empty arrays have empty gradients, whatever grad_output is.
    """
