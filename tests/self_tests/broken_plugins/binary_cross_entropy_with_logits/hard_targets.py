"""The loss is chosen by target > 0.5, as if a target were yes or no: label smoothing came later."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right

DEFECT_CLASS = "formula"

binary_cross_entropy_with_logits_backward = right.binary_cross_entropy_with_logits_backward


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    output, _ = right.binary_cross_entropy_with_logits_forward(x, (target > 0.5).astype(x.dtype), reduction)
    return output, (x, target, reduction)


def witness() -> str:
    from witnesses import differs, normal

    x, hard = normal(3, 4), (normal(3, 4, seed=1) > 0).astype(np.float32)
    if differs(__file__, "binary_cross_entropy_with_logits", {"x": x, "target": hard}):
        return ""
    return differs(__file__, "binary_cross_entropy_with_logits", {"x": x, "target": 0.8 * hard + np.float32(0.1)})
