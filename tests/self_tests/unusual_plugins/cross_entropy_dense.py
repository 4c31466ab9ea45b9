"""The targets as a matrix of probabilities, times log-probabilities from logsumexp; a loss is a NumPy scalar, not
an array."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: dense targets; a NumPy scalar for a loss"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    dtype = logits.dtype
    classes = logits.shape[1]
    counted = target != ignore_index
    wanted = np.full(logits.shape, label_smoothing / classes, dtype)
    wanted[counted, target[counted]] += dtype.type(1 - label_smoothing)
    wanted[~counted] = 0
    divisor = dtype.type(1)
    if weight is not None:
        row_weight = weight[np.where(counted, target, 0)]
        wanted *= weight
        divisor = np.where(counted, row_weight, 0).sum(dtype=dtype)
    elif reduction == "mean":
        divisor = dtype.type(counted.sum())
    if reduction != "mean":
        divisor = dtype.type(1)
    with np.errstate(all="ignore"):
        top = logits.max(1, keepdims=True)
        log_p = logits - (top + np.log(np.exp(logits - top).sum(1, keepdims=True)))
        # without smoothing the other classes have no share at all, not 0 times an infinity
        no_share = np.arange(classes) != target[:, None] if label_smoothing == 0 else False
        losses = np.where(counted, -np.where(no_share, 0, wanted * log_p).sum(1), 0).astype(dtype)
        output = losses if reduction == "none" else dtype.type(losses.sum() / (divisor or np.nan))
    return output, {"p": np.exp(log_p), "wanted": wanted, "divisor": divisor, "counted": counted}


@hookimpl
def cross_entropy_backward(grad_output, saved):
    p, wanted, counted = saved["p"], saved["wanted"], saved["counted"]
    with np.errstate(all="ignore"):
        scale = np.where(counted, grad_output / saved["divisor"], 0).astype(p.dtype)[:, None]
        pull = wanted * scale
        return (p * pull.sum(1, keepdims=True) - pull,)
