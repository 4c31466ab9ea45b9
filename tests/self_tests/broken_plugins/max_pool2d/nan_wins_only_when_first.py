"""NaN wins only as the first value of its window, because "value > best" is False for it anywhere else: a beginner's
loop."""

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
    values = taps(x, saved)
    output, winner = values[..., 0].copy(), saved.winner.copy()
    winner[...] = 0
    for tap in range(1, values.shape[-1]):
        better = (values[..., tap] > output) | (output == -np.inf)
        output[better], winner[better] = values[..., tap][better], tap
    finite = np.isfinite(output) & ~np.isnan(values).any(-1)
    return output, saved._replace(winner=np.where(finite, winner, saved.winner))


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(1, 1, 2, 2)
    x[0, 0, 1, 0] = np.nan
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2)})
