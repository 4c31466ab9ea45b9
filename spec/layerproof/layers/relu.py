"""relu: Rectified linear unit: max(x, 0).

output = max(x, 0)
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "..."}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL: dict[str, Any] = {}


@hookspec(firstresult=True)
def relu_forward(x: Array) -> tuple[Array, Any] | None:
    """Compute max(x, 0) for each element.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: the result is exact, also for subnormal numbers. NaN stays NaN, +inf stays, -inf and -0.0 become 0 (of either
    sign).

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.relu.html
    """


@hookspec(firstresult=True)
def relu_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``: grad_output where x > 0, and 0 elsewhere.

    At x = 0 the gradient is 0. At x = NaN PyTorch lets grad_output through, because its mask is `x <= 0`. A grad_output
    that is NaN or infinite gives 0 where x <= 0: it is masked, not multiplied.
    """
