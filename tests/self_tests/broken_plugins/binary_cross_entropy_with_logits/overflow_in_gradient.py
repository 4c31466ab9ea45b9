"""backward computes exp(x) / (1 + exp(x)), which is NaN above 88.7 in float32: the forward alone was made stable."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right
from layerproof_reference._reduction import share

DEFECT_CLASS = "special values"

binary_cross_entropy_with_logits_forward = right.binary_cross_entropy_with_logits_forward


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved, needs_input_grad):
    x, target, reduction = saved
    s = np.exp(x) / (1 + np.exp(x))
    return (np.asarray((s - target) * share(x, reduction) * grad_output),)


def witness() -> str:
    from witnesses import differs

    arguments = {"x": np.array([100.0, -2.0], np.float32), "target": np.array([1.0, 1.0], np.float32)}
    return differs(__file__, "binary_cross_entropy_with_logits", arguments)
