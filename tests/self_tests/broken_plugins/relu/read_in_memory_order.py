"""The values are read in the order of memory and written in the order of indices, which mixes up arrays in Fortran
order: someone who wrote ravel("K")."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "layout"


@hookimpl
def relu_forward(x):
    return np.maximum(x.ravel("K"), 0).reshape(x.shape), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(__file__, "relu", {"x": laid_out(normal(3, 4), "fortran")})
