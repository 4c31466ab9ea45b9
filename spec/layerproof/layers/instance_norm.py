"""instance_norm: Normalisation of each channel of each sample.

    output[n, c, ...] = (x[n, c, ...] - mean[n, c]) / sqrt(variance[n, c] + eps) * weight[c] + bias[c]

with mean and variance over the positions of the channel. There are no running statistics, as torch.nn.InstanceNorm2d
has none unless it is asked for them.
"""

import math
from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "N C+ ...", "weight": "C?", "bias": "C?", "eps": "float"}
OUTPUTS = {"output": "N C ..."}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {"weight": None, "bias": None, "eps": 1e-5}


@hookspec(firstresult=True)
def instance_norm_forward(x: Array, weight: Array | None, bias: Array | None, eps: float) -> tuple[Array, Any] | None:
    """Normalise each channel of each sample.

    Arguments:
        x: (N, C, ...), float32 or float64, any strides, perhaps read-only; N may be 0.
        weight, bias: (C,), the dtype of x, or None for 1 and for 0; each may be None on its own.
        eps: added to the variance under the root; above 0, as in batch_norm in training.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. The variance is
        the biased one (divided by the number of positions). None declines this configuration.

    Edges: a NaN or an infinity makes all outputs of its channel of its sample NaN. Where the values are all equal the
    output is bias.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.instance_norm.html
    """


@hookspec(firstresult=True)
def instance_norm_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output with the shape of x.

    With the normalised x^ = (x - mean) / sqrt(variance + eps) and g = grad_output * weight:

        grad_x = (g - mean of g - x^ * mean of (g * x^)) / sqrt(variance + eps)
        grad_weight = sum of grad_output * x^
        grad_bias = sum of grad_output

    with the means over the positions of a channel, and the sums over batch and positions. None where weight or bias
    was None; what needs_input_grad rules out may be None. With N = 0 grad_weight and grad_bias are zeros. After an
    infinity in grad_output it depends on the order of the arithmetic which elements of grad_x and grad_weight are NaN
    and which infinite, hence that is not judged.
    """


def validate(x: Array, eps: float) -> None:
    """Raise ValueError for fewer than two positions, as PyTorch does, and for an eps that is not above 0."""
    if math.prod(x.shape[2:]) < 2:
        raise ValueError(f"`x`.shape (={x.shape}) must have more than one value in each channel of a sample")
    if eps <= 0:
        raise ValueError(f"`eps` (={eps}) must be above 0")
