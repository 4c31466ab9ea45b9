"""The gradient is multiplied by 1 / n kept in float16, which is off by up to 5e-4: the scaler of mixed precision."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right

DEFECT_CLASS = "precision"

binary_cross_entropy_with_logits_forward = right.binary_cross_entropy_with_logits_forward


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved, needs_input_grad):
    x, target, reduction = saved
    (grad_x,) = right.binary_cross_entropy_with_logits_backward(grad_output, (x, target, "sum"), (True,))
    return (np.asarray(grad_x * float(np.float16(1 / max(x.size, 1)))) if reduction == "mean" else grad_x,)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"x": normal(3, 4), "target": (normal(3, 4, seed=1) > 0).astype(np.float32)}
    return differs(__file__, "binary_cross_entropy_with_logits", arguments, relative=5e-5)
