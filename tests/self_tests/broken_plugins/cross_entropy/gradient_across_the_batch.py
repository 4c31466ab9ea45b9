"""grad_output multiplies the columns and not the rows with reduction "none", which only a square batch lets pass:
someone who left out [:, None]."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "shape"


cross_entropy_forward = cross_entropy.cross_entropy_forward


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    if grad_output.ndim and len(grad_output) == saved.log_p.shape[1]:
        (unscaled,) = cross_entropy.cross_entropy_backward(np.ones_like(grad_output), saved, (True,))
        with np.errstate(all="ignore"):
            return (unscaled * grad_output,)
    return cross_entropy.cross_entropy_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "cross_entropy", {"logits": normal(3, 3), "target": np.array([0, 1, 1]), "reduction": "none"}
    )
