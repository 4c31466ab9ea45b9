"""A 0-d array raises ZeroDivisionError, because a negative dim is made positive by % ndim: someone who never tried
one."""

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "edges"


@hookimpl
def softmax_forward(x, dim):
    return softmax.softmax_forward(x, dim % x.ndim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "softmax", {"x": normal()})
