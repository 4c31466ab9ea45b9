"""Winners are kept as int16 places in the image, which overflow above 32767 pixels: someone who saves memory for
digits."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference.max_pool2d import _winning_pixels

DEFECT_CLASS = "sizes"


max_pool2d_forward = max_pool2d.max_pool2d_forward


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    (N, C, H, W), (height, width), (top, left) = saved.x_shape, saved.padded_size, saved.padding
    places = (_winning_pixels(saved) % (height * width)).astype(np.int16)
    padded = np.zeros((N, C, height * width), grad_output.dtype)
    for n, c in np.ndindex(N, C):
        np.add.at(padded[n, c], places[n, c].ravel(), grad_output[n, c].ravel())
    return (padded.reshape(N, C, height, width)[:, :, top : top + H, left : left + W],)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "max_pool2d", {"x": normal(1, 1, 182, 182), "kernel_size": (2, 2)})
