"""1e-7 is added to the probabilities before the logarithm, as Keras does: losses above 16 do not exist, small ones
shift."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "precision"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    if label_smoothing or weight is not None:
        return output, saved
    with np.errstate(all="ignore"):
        p = np.exp(saved.log_p[np.arange(len(target)), saved.classes])
        losses = np.where(saved.counted, -np.log(p + logits.dtype.type(1e-7)), 0).astype(logits.dtype)
        loss = losses if reduction == "none" else losses.sum()
        return np.asarray(loss if saved.divisor is None else loss / saved.divisor), saved


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "cross_entropy", {"logits": np.array([[0, 20]], np.float32), "target": np.array([0])})
