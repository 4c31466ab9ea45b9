"""Targets are clipped to 0 to 1, for they are probabilities."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits

DEFECT_CLASS = "edges"


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    return binary_cross_entropy_with_logits.binary_cross_entropy_with_logits_forward(
        x, np.clip(target, 0, 1), reduction
    )


binary_cross_entropy_with_logits_backward = binary_cross_entropy_with_logits.binary_cross_entropy_with_logits_backward


def witness() -> str:
    from witnesses import differs, normal

    target = np.array([1.5, -0.5, 0.5], np.float32)
    return differs(__file__, "binary_cross_entropy_with_logits", {"x": normal(3), "target": target})
