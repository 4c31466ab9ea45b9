"""rms_norm: Root mean square normalisation.

output = x / sqrt(mean of x*x + eps) * weight, the mean over the axes of normalized_shape
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {
    "x": "... *normalized_shape",
    "weight": "*normalized_shape?",
    "normalized_shape": "lengths",
    "eps": "float?",
}
OUTPUTS = {"output": "... *normalized_shape"}
DIFFERENTIABLE = ("x", "weight")
NEUTRAL = {"weight": None, "eps": None}


@hookspec(firstresult=True)
def rms_norm_forward(
    x: Array, weight: Array | None, normalized_shape: tuple[int, ...], eps: float | None
) -> tuple[Array, Any] | None:
    """Divide by the root mean square over the last axes, each position of the leading ones by itself.

    Arguments:
        x: (..., *normalized_shape) with any leading axes, also none, float32 or float64, any strides, perhaps
            read-only, perhaps empty.
        weight: normalized_shape, the dtype of x, or None for 1.
        normalized_shape: the sizes of the last axes of x, at least one.
        eps: added to the mean square under the root. Any finite number; where the root's argument is negative, NaN.
            None means the machine epsilon of the dtype of x: 2**-23 for float32, 2**-52 for float64.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. No mean is
        subtracted. None declines this configuration.

    Edges: a NaN makes all outputs that share its mean square NaN. An infinity makes its own output NaN and the others
    0 (finite / inf). Zeros give 0; with eps = 0 that is 0/0, hence NaN. Not judged: a sum of squares beyond the
    largest float64.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.rms_norm.html
    """


@hookspec(firstresult=True)
def rms_norm_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool]
) -> tuple[Array | None, Array | None]:
    """Return ``(grad_x, grad_weight)`` for grad_output with the shape of x.

    With the normalised x^ = x / root, root = sqrt(mean of x*x + eps), and g = grad_output * weight:

        grad_x = (g - x^ * mean of (g * x^)) / root
        grad_weight = sum of grad_output * x^

    with the mean over the normalised axes, because the root depends on x, and the sum over the leading axes. A NaN or
    an infinity in x makes grad_x NaN for all that share its mean square. None where weight was None; what
    needs_input_grad rules out may be None. Sums over nothing (an empty batch) are zeros.
    """
