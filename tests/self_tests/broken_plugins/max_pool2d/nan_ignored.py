"""NaN is passed over, because fmax takes the other value: someone who chose the wrong one of two functions."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference._windows import pad, windows

DEFECT_CLASS = "special values"


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
    _, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    return np.fmax.reduce(taps(x, saved), -1), saved


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(1, 1, 2, 2)
    x[0, 0, 0, 1] = np.nan
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2)})
