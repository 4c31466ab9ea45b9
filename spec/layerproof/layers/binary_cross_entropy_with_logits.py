"""binary_cross_entropy_with_logits: Binary cross-entropy of target and logits.

    output = -(target * log(s) + (1 - target) * log(1 - s)),  s = sigmoid(x)
           = (1 - target) * x - log(s)

for each element, then its mean, its sum, or as it is. The second form does not overflow.
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "target": "...", "reduction": "choice none mean sum"}
OUTPUTS = {"output": "reduced ..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"reduction": "mean"}


@hookspec(firstresult=True)
def binary_cross_entropy_with_logits_forward(x: Array, target: Array, reduction: str) -> tuple[Array, Any] | None:
    """Compute the binary cross-entropy between target and logits.

    Arguments:
        x: the logits; any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        target: the shape and dtype of x, usually from 0 to 1, but any number goes. It has no gradient. Nothing is
            broadcast.
        reduction: "mean" divides the sum by the number of all elements (not of rows), "sum", or "none".

    Returns:
        ``(output, saved)``: output is a 0-d array of the dtype of x (a NumPy scalar of that dtype will do), or with
        "none" an array of the shape of x; saved is whatever backward needs. None declines this configuration.

    Edges: with nothing to average the mean is NaN and the sum 0. No finite x overflows. For a target of exactly 0 or
    1 a small loss is exp(-abs(x)), and may be right relative to its own size; PyTorch's is right within the rounding
    of x, and 0 below x = -33.3 with target 0 in float64. NaN goes through. An infinite x follows (1 - target) * x -
    log(s): +inf gives NaN for target 1, inf below and -inf above; -inf gives NaN for targets up to 1, and inf above.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
    """


@hookspec(firstresult=True)
def binary_cross_entropy_with_logits_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    """Return ``(grad_x,)`` = (sigmoid(x) - target) * grad_output.

    grad_output is a 0-d array, and with "none" one of the shape of x; with "mean" the gradient is divided by the
    number of elements. It is right within the rounding of sigmoid(x) and target, whose difference cancels where the
    prediction is good. An infinite x has a finite gradient, also where the output is NaN. Empty arrays have empty
    gradients, whatever grad_output is. An infinite grad_output gives NaN where the difference is 0; where it is 0 in
    one dtype only, nothing is judged.
    """
