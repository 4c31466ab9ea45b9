"""silu: Sigmoid linear unit (swish): x * sigmoid(x).

output = x / (1 + exp(-x))
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "..."}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL: dict[str, Any] = {}


@hookspec(firstresult=True)
def silu_forward(x: Array) -> tuple[Array, Any] | None:
    """Compute x * sigmoid(x) for each element.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: NaN stays NaN, +inf stays, and -inf gives NaN, because it meets a sigmoid of 0; no finite x gives NaN or an
    infinity. The left tail is x * exp(x), as far as the dtype reaches. PyTorch gives -0.0 as soon as exp(-x)
    overflows (below -88.7 in float32, below -709.7 in float64), where the true value is at most 200 times the
    smallest normal number: either is right.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.silu.html
    """


@hookspec(firstresult=True)
def silu_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)`` = grad_output * s * (1 + x * (1 - s)), with s = sigmoid(x).

    The gradient is NaN at x = +inf and -inf, as the formula has it (infinity times 0), and goes to grad_output and 0
    before that. It crosses 0 near x = -1.2785. An infinite grad_output gives NaN where the factor is 0; where the
    factor is 0 in one dtype only, nothing is judged.
    """
