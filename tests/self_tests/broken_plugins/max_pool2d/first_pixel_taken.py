"""Every window gives its first pixel, and the gradient goes there: a stub that halves images and was never replaced."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference._windows import pad, windows

DEFECT_CLASS = "trivial"


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
    inside = saved.winner if padding != (0, 0) else np.zeros_like(saved.winner)
    return np.take_along_axis(taps(x, saved), inside[..., None].astype(np.int64), -1)[..., 0].reshape(
        output.shape
    ), saved._replace(winner=inside)


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "max_pool2d", {"x": normal(1, 1, 4, 4), "kernel_size": (2, 2)})
