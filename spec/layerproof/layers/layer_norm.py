"""layer_norm: Layer normalisation over the last axes.

output = (x - mean) / sqrt(variance + eps) * weight + bias, mean and variance over the axes of normalized_shape
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {
    "x": "... *normalized_shape",
    "weight": "*normalized_shape?",
    "bias": "*normalized_shape?",
    "normalized_shape": "lengths",
    "eps": "float",
}
OUTPUTS = {"output": "... *normalized_shape"}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {"weight": None, "bias": None, "eps": 1e-5}


@hookspec(firstresult=True)
def layer_norm_forward(
    x: Array, weight: Array | None, bias: Array | None, normalized_shape: tuple[int, ...], eps: float
) -> tuple[Array, Any] | None:
    """Normalise over the last axes, each position of the leading ones by itself.

    Arguments:
        x: (..., *normalized_shape) with any leading axes, also none, float32 or float64, any strides, perhaps
            read-only, perhaps empty.
        weight, bias: normalized_shape, the dtype of x, or None for 1 and for 0; each may be None on its own.
        normalized_shape: the sizes of the last axes of x, at least one.
        eps: added to the variance under the root. Any finite number; where the root's argument is negative, NaN.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. The variance is
        the biased one (divided by the number of values). None declines this configuration.

    Edges: a NaN or an infinity makes all outputs that share its statistics NaN. Where the values are all equal the
    output is bias; with eps = 0 that is 0/0, hence NaN. Not judged: a sum of squares beyond the largest float64
    (PyTorch gives NaN).

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.layer_norm.html
    """


@hookspec(firstresult=True)
def layer_norm_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output with the shape of x.

    With the normalised x^ = (x - mean) / sqrt(variance + eps) and g = grad_output * weight:

        grad_x = (g - mean of g - x^ * mean of (g * x^)) / sqrt(variance + eps)
        grad_weight = sum of grad_output * x^
        grad_bias = sum of grad_output

    with the means over the normalised axes, because mean and variance depend on x, and the sums over the leading axes.
    None where weight or bias was None; what needs_input_grad rules out may be None. Sums over nothing
    (an empty batch) are zeros. A NaN or an infinity in grad_output makes grad_x not finite for all that share its
    statistics, and its elements of grad_weight and grad_bias; after an infinity it depends on the order of the
    arithmetic which elements of grad_x and grad_weight are NaN and which infinite, hence that is not judged.
    """
