"""Backward divides by H * W / (H' * W') for every window, which is no whole number unless H' and W' divide: someone
who took all windows for equally large."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d

DEFECT_CLASS = "gradient"


adaptive_avg_pool2d_forward = adaptive_avg_pool2d.adaptive_avg_pool2d_forward


@hookimpl
def adaptive_avg_pool2d_backward(grad_output, saved, needs_input_grad):
    pixels = np.full(saved.pixels.shape, saved.size[0] * saved.size[1] / saved.pixels.size)
    return adaptive_avg_pool2d.adaptive_avg_pool2d_backward(
        grad_output, saved._replace(pixels=pixels), needs_input_grad
    )


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 5, 5), "output_size": (2, 2)})
