"""tanh: Hyperbolic tangent.

output = (exp(x) - exp(-x)) / (exp(x) + exp(-x))
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "..."}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL: dict[str, Any] = {}


@hookspec(firstresult=True)
def tanh_forward(x: Array) -> tuple[Array, Any] | None:
    """Compute the hyperbolic tangent of each element.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: near 0 the output is x itself, also for subnormal numbers, and is right relative to its own size; -0.0
    gives 0 (of either sign). NaN stays NaN, +inf gives 1, -inf gives -1, and no finite x overflows.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.tanh.html
    """


@hookspec(firstresult=True)
def tanh_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)`` = grad_output * (1 - output * output).

    At x = +inf and -inf the gradient is 0. In both tails 1 - output * output cancels: the gradient is right within
    the rounding of output, not relative to its own size, and 0 where output is 1 or -1 (beyond 9.0 in float32, beyond
    19.1 in float64). An infinite grad_output gives NaN where the factor is 0; where the factor is 0 in one dtype
    only, nothing is judged.
    """
