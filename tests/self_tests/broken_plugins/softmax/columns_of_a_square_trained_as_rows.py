"""With dim 0 a matrix is transposed and back in forward; backward forgets it, which only a square one lets pass."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "gradient"


softmax_forward = softmax.softmax_forward


@hookimpl
def softmax_backward(grad_output, saved, needs_input_grad):
    shares, dim = saved
    if grad_output.ndim == 2 and dim in (0, -2) and len(shares) == shares.shape[1]:
        output = shares.T
        with np.errstate(all="ignore"):
            return (output * (grad_output - (grad_output * output).sum(axis=-1, keepdims=True)),)
    return softmax.softmax_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(3, 3), "dim": 0})
