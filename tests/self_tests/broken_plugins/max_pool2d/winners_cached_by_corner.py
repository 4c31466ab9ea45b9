"""Winners are cached under the shape and the corner pixels, which are black in every digit: someone who wanted a
cheap hash."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "state"


_winners = {}


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    if not x.size:
        return output, saved
    key = x.shape, kernel_size, stride, padding, float(x[0, 0, 0, 0]), float(x[-1, -1, -1, -1])
    return output, saved._replace(winner=_winners.setdefault(key, saved.winner))


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    first, second = np.zeros((2, 1, 1, 4, 4), np.float32)
    first[0, 0, 1, 1] = second[0, 0, 1, 2] = second[0, 0, 2, 1] = 1
    return differs(
        __file__, "max_pool2d", {"x": second, "kernel_size": (2, 2)}, before=[{"x": first, "kernel_size": (2, 2)}]
    )
