"""group_norm: Normalisation of each group of channels.

    output[n, c, ...] = (x[n, c, ...] - mean[n, g]) / sqrt(variance[n, g] + eps) * weight[c] + bias[c]

with g = c // (C/num_groups), mean and variance over the channels and positions of the group.
"""

import math
from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "N C+ ...", "weight": "C?", "bias": "C?", "num_groups": "int from 1", "eps": "float"}
OUTPUTS = {"output": "N C ..."}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {"weight": None, "bias": None, "eps": 1e-5}


@hookspec(firstresult=True)
def group_norm_forward(
    x: Array, weight: Array | None, bias: Array | None, num_groups: int, eps: float
) -> tuple[Array, Any] | None:
    """Normalise each group of channels of each sample.

    Arguments:
        x: (N, C) or (N, C, ...), float32 or float64, any strides, perhaps read-only; N may be 0.
        weight, bias: (C,), the dtype of x, or None for 1 and for 0; each may be None on its own. One value per
            channel, not per group.
        num_groups: divides C. 1 normalises all channels together, C each by itself.
        eps: added to the variance under the root. Any finite number; where the root's argument is negative, NaN.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. The variance is
        the biased one (divided by the number of values). None declines this configuration.

    Edges: a NaN or an infinity makes all outputs of its group NaN. Where the values are all equal the output is bias,
    also where a group has only one value; with eps = 0 that is 0/0, hence NaN. Not judged: a sum of squares beyond
    the largest float64 (PyTorch gives NaN).

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.group_norm.html
    """


@hookspec(firstresult=True)
def group_norm_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output with the shape of x.

    With the normalised x^ = (x - mean) / sqrt(variance + eps) and g = grad_output * weight:

        grad_x = (g - mean of g - x^ * mean of (g * x^)) / sqrt(variance + eps)
        grad_weight = sum of grad_output * x^
        grad_bias = sum of grad_output

    with the means over the group, because mean and variance depend on x, and the sums over batch and positions of each
    channel. None where weight or bias was None; what needs_input_grad rules out may be None. With N = 0 grad_weight and
    grad_bias are zeros. A NaN or an infinity in grad_output makes grad_x not finite for all of its group, and its
    channel's elements of grad_weight and grad_bias; after an infinity it depends on the order of the arithmetic which
    elements of grad_x and grad_weight are NaN and which infinite, hence that is not judged.
    """


def validate(x: Array, num_groups: int) -> None:
    """Raise ValueError for groups that do not divide the channels, or have no values to normalise.

    Like PyTorch, one sample whose groups have one value each is refused, though several such samples are not. Axes
    of length 0 beside N are refused: PyTorch's gradient of weight is NaN there.
    """
    if 0 in x.shape[2:]:
        raise ValueError(f"`x`.shape (={x.shape}) must have no axis of length 0 but the first")
    if x.shape[1] % num_groups:
        raise ValueError(f"`num_groups` (={num_groups}) must divide C (={x.shape[1]}) of `x`")
    if x.shape[0] == 1 and math.prod(x.shape[1:]) == num_groups:
        raise ValueError(f"`x`.shape (={x.shape}) must have more than one value per group (`num_groups`={num_groups})")
