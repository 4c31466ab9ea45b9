"""sigmoid: Logistic function: 1 / (1 + exp(-x)).

output = 1 / (1 + exp(-x))
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "..."}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL: dict[str, Any] = {}


@hookspec(firstresult=True)
def sigmoid_forward(x: Array) -> tuple[Array, Any] | None:
    """Compute the logistic function of each element.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: NaN stays NaN, +inf gives 1, -inf gives 0, and no finite x overflows. The left tail is exp(x), as far as
    the dtype reaches. PyTorch gives 0 as soon as exp(-x) overflows (below -88.7 in float32, below -709.7 in float64),
    where the true value is at most the smallest normal number: either is right.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.sigmoid.html
    """


@hookspec(firstresult=True)
def sigmoid_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)`` = grad_output * (1 - output) * output.

    At x = +inf and -inf the gradient is 0. On the right, 1 - output cancels: the gradient is right within the
    rounding of output, not relative to its own size, and 0 where output is 1 (above 16.6 in float32, above 36.7 in
    float64). An infinite grad_output gives NaN where the factor is 0; where the factor is 0 in one dtype only,
    nothing is judged.
    """
