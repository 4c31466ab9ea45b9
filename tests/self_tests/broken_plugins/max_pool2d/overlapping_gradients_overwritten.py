"""Where windows overlap a pixel keeps the gradient of the last one, because indexed assignment does not add up:
someone who tested with a stride as large as the kernel."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference.max_pool2d import _winning_pixels

DEFECT_CLASS = "gradient"


max_pool2d_forward = max_pool2d.max_pool2d_forward


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    (N, C, H, W), (height, width), (top, left) = saved.x_shape, saved.padded_size, saved.padding
    padded = np.zeros(N * C * height * width, grad_output.dtype)
    padded[_winning_pixels(saved)] += grad_output
    return (padded.reshape(N, C, height, width)[:, :, top : top + H, left : left + W],)


def witness() -> str:
    from witnesses import differs

    x = np.zeros((1, 1, 3, 3), np.float32)
    x[0, 0, 1, 1] = 1
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2), "stride": (1, 1)})
