"""Backward recovers the sigmoid as output / x, which is 0 / 0 at 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "special values"


@hookimpl
def silu_forward(x):
    output, _ = silu.silu_forward(x)
    return output, (x, output)


@hookimpl
def silu_backward(grad_output, saved):
    x, output = saved
    with np.errstate(all="ignore"):
        s = output / x
        return (np.asarray(grad_output * (s + output * (1 - s))),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "silu", {"x": np.array([0, 1], np.float32)})
