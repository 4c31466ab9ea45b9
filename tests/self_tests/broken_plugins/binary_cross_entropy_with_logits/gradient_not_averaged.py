"""The gradient is sigmoid(x) - target, as everybody has learnt, and not divided by the count for "mean"."""

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right

DEFECT_CLASS = "reduction"

binary_cross_entropy_with_logits_forward = right.binary_cross_entropy_with_logits_forward


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved, needs_input_grad):
    x, target, _ = saved
    return right.binary_cross_entropy_with_logits_backward(grad_output, (x, target, "sum"), needs_input_grad)


def witness() -> str:
    import numpy as np
    from witnesses import differs, normal

    arguments = {"x": normal(3, 4), "target": (normal(3, 4, seed=1) > 0).astype(np.float32)}
    return differs(__file__, "binary_cross_entropy_with_logits", arguments)
