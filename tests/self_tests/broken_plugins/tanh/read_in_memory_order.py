"""x is flattened in the order of memory and shaped again in that of axes: someone who wants no copy of a transpose."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "layout"

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    output = np.tanh(x.ravel(order="K")).reshape(x.shape)
    return output, output


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(__file__, "tanh", {"x": laid_out(normal(3, 4), "fortran")})
