"""The gradient is NaN and not 0 when every row is ignored, 0 / 0: someone who divides at the end."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "edges"


cross_entropy_forward = cross_entropy.cross_entropy_forward


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    (grad_logits,) = cross_entropy.cross_entropy_backward(grad_output, saved, needs_input_grad)
    if saved.divisor is not None and len(grad_logits) and not saved.counted.any():
        with np.errstate(all="ignore"):
            grad_logits = grad_logits / saved.divisor
    return (grad_logits,)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(2, 2), "target": np.array([-100, -100])})
