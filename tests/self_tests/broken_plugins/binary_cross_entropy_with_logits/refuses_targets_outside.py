"""A target below 0 or above 1 raises ValueError, because it is no probability: stricter than what it stands in for."""

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right

DEFECT_CLASS = "edges"

binary_cross_entropy_with_logits_backward = right.binary_cross_entropy_with_logits_backward


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    if ((target < 0) | (target > 1)).any():
        raise ValueError("targets must be probabilities")
    return right.binary_cross_entropy_with_logits_forward(x, target, reduction)


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "binary_cross_entropy_with_logits", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
