"""reshape with order="A" reads a Fortran array column by column: someone who wanted to avoid a copy."""

import math

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "layout"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    axes = max(x.ndim, 1)
    start, end = start_dim % axes, end_dim % axes
    merged = math.prod(x.shape[start : end + 1])
    return x.reshape((*x.shape[:start], merged, *x.shape[end + 1 :]), order="A"), x.shape


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(__file__, "flatten", {"x": laid_out(normal(2, 3), "fortran")})
