"""gelu: Gaussian error linear unit.

    approximate="none":  output = x * Phi(x) = x * (1 + erf(x / sqrt(2))) / 2
    approximate="tanh":  output = x * (1 + tanh(u)) / 2,  u = sqrt(2/pi) * (x + 0.044715 * x**3)

Phi is the distribution function of the standard normal distribution. The two differ by up to 0.0005: each is judged
by itself.
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "approximate": "choice none tanh"}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"approximate": "none"}


@hookspec(firstresult=True)
def gelu_forward(x: Array, approximate: str) -> tuple[Array, Any] | None:
    """Compute the Gaussian error linear unit of each element.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        approximate: "none" for the error function, "tanh" for the approximation by tanh.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Edges: NaN stays NaN; no finite x gives NaN or an infinity. In the left tail 1 + erf and 1 + tanh cancel, in
    PyTorch too: the output is right within the rounding of x, and PyTorch's is -0.0 where the true value is below
    that. More accuracy (by erfc, by sigmoid(2 * u)) is welcome. Not judged: x = +inf and -inf, where PyTorch has NaN
    for -inf, and for +inf inf or NaN, by dtype and path; and numbers within a factor of 2 of the largest of the
    dtype, where PyTorch's vectorised float32 path overflows.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.gelu.html
    """


@hookspec(firstresult=True)
def gelu_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``, grad_output times the derivative of the formula that forward used.

        "none":  Phi(x) + x * phi(x),  phi(x) = exp(-x*x/2) / sqrt(2*pi)
        "tanh":  (1 + tanh(u))/2 + x/2 * (1 - tanh(u)**2) * sqrt(2/pi) * (1 + 3 * 0.044715 * x*x)

    It goes to 0 on the left and to grad_output on the right, overshooting on both sides, and is right within the
    rounding of its terms, not relative to its own size. Not judged: x = +inf and -inf (NaN in PyTorch), and with
    "tanh" every x whose square overflows in its dtype, where PyTorch has NaN (infinity times 0) for the true 0 and 1.
    An infinite grad_output gives NaN where the derivative is 0; where it is 0 in one dtype or formula only, nothing
    is judged.
    """
