"""The memory of weight is read row by row, so a transposed view gives other numbers: someone who passes a pointer to
C, when the caller keeps weights as (in, out)."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "layout"


@hookimpl
def linear_forward(x, weight, bias):
    return linear.linear_forward(x, weight.ravel("K").reshape(weight.shape), bias)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(__file__, "linear", {"x": normal(2, 3), "weight": laid_out(normal(2, 3, seed=1), "transposed")})
