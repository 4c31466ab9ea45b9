"""A negative dim counts from the end by one too many when it is not -1: someone who wrote ndim + dim - 1 for the
transposition."""

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "attributes"


@hookimpl
def softmax_forward(x, dim):
    if dim < -1:
        dim = (x.ndim + dim - 1) % x.ndim
    return softmax.softmax_forward(x, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3, 4), "dim": -2})
