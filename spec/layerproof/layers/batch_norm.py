"""batch_norm: Batch normalisation of each channel.

    y[n, c, ...] = (x[n, c, ...] - mean[c]) / sqrt(variance[c] + eps) * weight[c] + bias[c]

with mean and variance those of the batch in training, and the running ones otherwise.
"""

import math
from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {
    "x": "N C+ ...",
    "weight": "C?",
    "bias": "C?",
    "running_mean": "C?",
    "running_var": "C?",
    "training": "bool",
    "momentum": "float",
    "eps": "float",
}
OUTPUTS = {
    "output": "N C ...",
    "new_running_mean": "C? without gradient",
    "new_running_var": "C? without gradient",
}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {
    "weight": None,
    "bias": None,
    "running_mean": None,
    "running_var": None,
    "training": False,
    "momentum": 0.1,
    "eps": 1e-5,
}
STATISTICS = {"running_mean": 0.0, "running_var": 1.0}
"""The running statistics, with the values that they begin with; the output new_<name> replaces each."""


@hookspec(firstresult=True)
def batch_norm_forward(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    running_mean: Array | None,
    running_var: Array | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[tuple[Array, Array | None, Array | None], Any] | None:
    """Normalise each channel, and return the running statistics after the step.

    Arguments:
        x: (N, C) or (N, C, ...), float32 or float64, any strides, perhaps read-only; N may be 0.
        weight, bias: (C,), the dtype of x, or None for 1 and for 0; each may be None on its own.
        running_mean, running_var: (C,), the dtype of x, or both None. Without training they must be given.
        training: normalise with the statistics of the batch and update the running ones; else normalise with the
            latter.
        momentum: the weight of the batch in the new running statistics. Any finite number, also outside 0 to 1.
        eps: added to the variance under the root: above 0 in training, else at least 0.

    Returns:
        ``((y, new_running_mean, new_running_var), saved)``: y has the shape and dtype of x; saved is whatever
        backward needs. In training, with n the number of values of a channel,

            new_running_mean = (1 - momentum)*running_mean + momentum*mean
            new_running_var = (1 - momentum)*running_var + momentum*variance*n/(n - 1)

        so y is made with the biased variance (divided by n), and the running one is unbiased. Without training, and
        where a channel has no values (N = 0), they equal the old ones. Both are None where the running statistics
        were None. Nothing is updated in place. None declines this configuration.

    Edges: a NaN or an infinity makes all of its channel NaN in training (the new running mean is then NaN, or
    infinite, the new running variance NaN) and only its own output otherwise. A constant channel gives bias. Not
    judged: a sum of squares beyond the largest float64; a running variance with eps of 0 in all, where PyTorch
    multiplies by infinity before it subtracts.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.batch_norm.html
    """


@hookspec(firstresult=True)
def batch_norm_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    """Return ``(grad_x, grad_weight, grad_bias)`` for grad_output, the gradient of y alone.

    With the normalised x^ = (x - mean) / sqrt(variance + eps), g = grad_output * weight, and sums and means over batch
    and positions of a channel:

        grad_x = (g - mean of g - x^ * mean of (g * x^)) / sqrt(variance + eps) in training, where mean and variance
        depend on x; g / sqrt(running_var + eps) otherwise
        grad_weight = sum of grad_output * x^
        grad_bias = sum of grad_output

    None where weight or bias was None; what needs_input_grad rules out may be None. With N = 0 grad_weight and
    grad_bias are zeros. In training a NaN or an infinity in grad_output leaves nothing finite in grad_x of its channel.
    Not judged: what an infinite grad_output reaches through a sum, grad_weight and in training grad_x of its channel;
    where that is NaN and where infinite depends on the order of the arithmetic.
    """


def validate(x: Array, running_mean: Array | None, running_var: Array | None, training: bool, eps: float) -> None:
    """Raise ValueError for statistics that are missing, an eps that is too small, or one value per channel."""
    if (running_mean is None) is not (running_var is None):
        missing, given = ("running_mean", "running_var") if running_mean is None else ("running_var", "running_mean")
        raise ValueError(f"`{missing}` (=None) must be given like `{given}`, or both be None")
    if not training and running_mean is None:
        raise ValueError("`running_mean` (=None) and `running_var` (=None) must be given without `training` (=False)")
    if eps < 0 or (training and eps == 0):
        raise ValueError(
            f"`eps` (={eps}) must be {'above 0' if training else 'at least 0'} with `training` (={training})"
        )
    if training and x.shape[0] * math.prod(x.shape[2:]) == 1:
        raise ValueError(f"`x`.shape (={x.shape}) must have more than one value per channel with `training` (=True)")
