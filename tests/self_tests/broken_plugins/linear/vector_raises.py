"""A single vector raises, because x is taken for (N, in) or (N, T, in): someone who unpacks the shape into names."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "edges"


@hookimpl
def linear_forward(x, weight, bias):
    if x.ndim == 3:
        N, T, inputs = x.shape
    else:
        (N, inputs), T = x.shape, 1
    output, saved = linear.linear_forward(x.reshape(N * T, inputs), weight, bias)
    return output.reshape(*x.shape[:-1], len(weight)), (x, *saved[1:])


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "linear", {"x": normal(3), "weight": normal(2, 3)})
