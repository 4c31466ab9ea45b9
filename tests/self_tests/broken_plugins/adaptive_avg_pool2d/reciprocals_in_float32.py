"""The reciprocal of each window's size is kept in float32, also for images in float64."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d

DEFECT_CLASS = "dtype"


def corrected(values, pixels):
    exact = 1.0 / pixels
    return (values * (exact.astype(np.float32).astype(np.float64) / exact)).astype(values.dtype)


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    output, saved = adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)
    with np.errstate(all="ignore"):
        return corrected(output, saved.pixels), saved


@hookimpl
def adaptive_avg_pool2d_backward(grad_output, saved, needs_input_grad):
    with np.errstate(all="ignore"):
        gradient = corrected(grad_output, saved.pixels)
    return adaptive_avg_pool2d.adaptive_avg_pool2d_backward(gradient, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 3, 3, dtype="float64"), "output_size": (1, 1)})
