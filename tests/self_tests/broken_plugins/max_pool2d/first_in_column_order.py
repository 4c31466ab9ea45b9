"""Of equal maxima the first in column order wins, because the window is walked down before right: someone who came
from Fortran or MATLAB."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference._windows import pad, windows

DEFECT_CLASS = "ties"


def taps(x, saved):
    after = [
        full - length - before
        for full, length, before in zip(saved.padded_size, x.shape[2:], saved.padding, strict=True)
    ]
    padded = pad(x, saved.padding, tuple(after), -np.inf)
    seen = windows(padded, saved.kernel_size, saved.stride, saved.dilation)
    return seen.reshape(*seen.shape[:4], saved.kernel_size[0] * saved.kernel_size[1])


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    kH, kW = kernel_size
    values = taps(x, saved)
    turned = values.reshape(*values.shape[:4], kH, kW).swapaxes(-1, -2).reshape(values.shape).argmax(-1)
    return output, saved._replace(winner=turned % kH * kW + turned // kH)


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([[0, 1], [1, 0]], np.float32).reshape(1, 1, 2, 2)
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2)})
