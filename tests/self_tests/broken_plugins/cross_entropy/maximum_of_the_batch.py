"""The maximum of the whole batch is subtracted, so a row far below it gives an infinite loss: someone who forgot
axis=."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "special values"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    if not np.isfinite(logits).all() or not logits.size or label_smoothing or weight is not None:
        return output, saved
    with np.errstate(all="ignore"):
        shifted = logits - logits.max()
        log_p = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
        losses = np.where(saved.counted, -log_p[np.arange(len(target)), saved.classes], 0).astype(logits.dtype)
        loss = losses if reduction == "none" else losses.sum()
        return np.asarray(loss if saved.divisor is None else loss / saved.divisor), saved._replace(log_p=log_p)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs

    return differs(
        __file__, "cross_entropy", {"logits": np.array([[0, 1], [200, 201]], np.float32), "target": np.array([0, 1])}
    )
