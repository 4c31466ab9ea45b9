"""The winner is found among the values in float32, where float64 values that differ are tied: someone whose index
kernel exists for float32 only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference._windows import pad, windows

DEFECT_CLASS = "precision"


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
    values = taps(x, saved)
    winner = values.astype(np.float32).argmax(-1)
    winner = np.where(np.isfinite(values.max(-1)), winner, saved.winner)
    return np.take_along_axis(values, winner[..., None], -1)[..., 0], saved._replace(winner=winner)


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([1, 1 + 1e-12, 0, 0]).reshape(1, 1, 2, 2)
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2)})
