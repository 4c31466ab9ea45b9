"""Without inputs (in = 0) it raises, because reshape cannot infer -1: someone who flattens the leading axes so."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "edges"


@hookimpl
def linear_forward(x, weight, bias):
    x.reshape(-1, weight.shape[1])
    return linear.linear_forward(x, weight, bias)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "linear", {"x": normal(2, 0), "weight": normal(3, 0)})
