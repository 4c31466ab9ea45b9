"""elu: Exponential linear unit.

output = x where x > 0, and alpha * (exp(x) - 1) elsewhere
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "alpha": "float of x"}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"alpha": 1.0}


@hookspec(firstresult=True)
def elu_forward(x: Array, alpha: float) -> tuple[Array, Any] | None:
    """Compute the exponential linear unit of each element.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        alpha: any finite number within the dtype of x, also 0 and below; PyTorch rounds it to that dtype.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: just below 0 the output is alpha * x, also for subnormal numbers, and right relative to its own size
    (exp(x) - 1 cancels; expm1 does not). 0 and -0.0 give 0 (of either sign). NaN stays NaN, +inf stays, -inf gives
    -alpha. A large positive x must not overflow in the branch that is not taken.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.elu.html
    """


@hookspec(firstresult=True)
def elu_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``: grad_output where x > 0, and grad_output * alpha * exp(x) elsewhere.

    At x = 0 and -0.0 it is grad_output * alpha, at -inf it is 0. An infinite grad_output gives NaN where alpha is 0
    or exp(x) is 0; where exp(x) is 0 in one dtype only, nothing is judged. Nor at x = NaN: PyTorch's scalar path
    gives grad_output, its vectorised path NaN. The product is taken from the left, as in PyTorch, so grad_output *
    alpha may overflow. In place of alpha * exp(x) the sum output + alpha may be used, as PyTorch does in place: far
    below 0 it cancels, so that the slope is asked for within a few roundings of alpha, not of itself.
    """
