"""From 128 classes on the sum of exponentials runs in blocks of 32, and what is left after the last block is lost."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "sizes"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    classes = logits.shape[1]
    if classes >= 128 and classes % 32 and len(logits):
        whole = classes // 32 * 32
        with np.errstate(all="ignore"):
            top = logits.max(axis=1, keepdims=True)
            powers = np.exp(logits - top)
            lost = np.log(powers[:, :whole].sum(axis=1) / powers.sum(axis=1))
        output, saved = cross_entropy.cross_entropy_forward(
            logits, target, weight, ignore_index, "none", label_smoothing
        )
        saved = cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)[1]
        with np.errstate(all="ignore"):
            losses = output + np.where(saved.counted, lost, 0) * saved.row_weight
            losses = losses.astype(logits.dtype)
            loss = losses if reduction == "none" else losses.sum()
            return np.asarray(loss / saved.divisor if reduction == "mean" else loss), saved
    return cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(2, 130), "target": np.array([0, 2])})
