"""The sum in backward is a float32 buffer also for float64: someone who allocates with dtype="f"."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "precision"


softmax_forward = softmax.softmax_forward


@hookimpl
def softmax_backward(grad_output, saved, needs_input_grad):
    shares, dim = saved
    gradient = np.moveaxis(np.atleast_1d(grad_output), dim, -1)
    with np.errstate(all="ignore"):
        total = np.sum(gradient * shares, -1, keepdims=True, dtype="f").astype(shares.dtype)
        grad_x = shares * (gradient - total)
    return (np.moveaxis(grad_x, -1, dim).reshape(grad_output.shape),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3, dtype="float64")})
