"""Gradients of overlapping windows are added up in float32, also for float64."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "dtype"


max_pool2d_forward = max_pool2d.max_pool2d_forward


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    if all(step >= kernel for step, kernel in zip(saved.stride, saved.kernel_size, strict=True)):
        return max_pool2d.max_pool2d_backward(grad_output, saved, needs_input_grad)
    with np.errstate(all="ignore"):
        single = grad_output.astype(np.float32)
    (gradient,) = max_pool2d.max_pool2d_backward(single, saved, (True,))
    return (gradient.astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    x = normal(1, 1, 4, 4, dtype="float64")
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2), "stride": (1, 1)})
