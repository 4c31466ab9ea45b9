"""A read-only array raises, because its buffer is asked for with the right to write: someone with Cython's float[:]
x."""

import ctypes

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "layout"


@hookimpl
def relu_forward(x):
    values = np.ascontiguousarray(x)
    (ctypes.c_char * values.nbytes).from_buffer(values)
    return np.maximum(x, 0), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import laid_out, normal, raises

    return raises(__file__, "relu", {"x": laid_out(normal(2, 3), "readonly")})
