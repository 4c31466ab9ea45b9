"""cross_entropy: Cross-entropy of logits and target classes.

    loss[n] = -(1 - label_smoothing) * weight[t] * log_p[n, t]
              - label_smoothing / C * sum over c of weight[c] * log_p[n, c]

with t = target[n], log_p = log(softmax(logits)) along the classes, and loss[n] = 0 where t is ignore_index.
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {
    "logits": "N C+",
    "target": "index N < C or ignore_index",
    "weight": "C?",
    "ignore_index": "int",
    "reduction": "choice mean sum none",
    "label_smoothing": "float from 0 to 1",
}
OUTPUTS = {"output": "reduced N"}
DIFFERENTIABLE = ("logits",)
NEUTRAL = {"weight": None, "ignore_index": -100, "reduction": "mean", "label_smoothing": 0.0}


@hookspec(firstresult=True)
def cross_entropy_forward(
    logits: Array, target: Array, weight: Array | None, ignore_index: int, reduction: str, label_smoothing: float
) -> tuple[Array, Any] | None:
    """Compute the cross-entropy between logits and target classes.

    Arguments:
        logits: (N, C) with C at least 1, float32 or float64, any strides, perhaps read-only; N may be 0.
        target: (N,), int64, from 0 to C - 1, or ignore_index.
        weight: (C,), one factor per class, the dtype of logits, or None for ones.
        ignore_index: rows with this target count for nothing, be it a class or not; neutral when there are none.
        reduction: "mean", "sum" or "none". The mean divides the sum of the losses by the sum of weight[target], over
            the rows that are not ignored.
        label_smoothing: from 0 to 1, the share of the target that is spread evenly over all classes.

    Returns:
        ``(output, saved)``: output has the dtype of logits; it is (N,) for "none" and 0-d otherwise. saved is whatever
        backward needs. None declines this configuration.

    Edges: large logits do not overflow, because the largest is subtracted first. With nothing to average (N = 0, all
    rows ignored, or weights that sum to 0) the mean is NaN; a sum over nothing is 0. A logit of -inf at the target
    gives inf; elsewhere it has no effect without label_smoothing, and gives inf with it (NaN where its weight is 0: 0 *
    inf). A NaN, a +inf or -inf alone in a row gives NaN. The loss of an ignored row is 0, whatever its logits.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.cross_entropy.html
    """


@hookspec(firstresult=True)
def cross_entropy_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_logits,)``, (N, C), for grad_output in the shape of the output.

    grad_logits = q - softmax(logits) * sum of q along the classes, where q[n, c] = dL/dlog_p is -g[n] * ((1 -
    label_smoothing) * weight[t] * (c == t) + label_smoothing / C * weight[c]), 0 in an ignored row, and g is
    grad_output, for the mean divided by its divisor. Without weight this is g * (softmax(logits) - smoothed target).

    An ignored row has gradient 0 also for a grad_output of NaN, and when all are ignored, but NaN where its own log_p
    is NaN. A mean over weights that sum to 0 gives NaN. An infinite grad_output gives infinities and NaN as in the
    formula: at the target it is inf - inf.
    """
