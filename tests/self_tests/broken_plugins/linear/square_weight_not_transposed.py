"""A square weight is multiplied as it is, because the shapes fit either way: someone who transposes only when NumPy
complains."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "formula"


@hookimpl
def linear_forward(x, weight, bias):
    if weight.shape[0] == weight.shape[1]:
        return linear.linear_forward(x, weight.T, bias)
    return linear.linear_forward(x, weight, bias)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(4, 3), "weight": normal(3, 3, seed=1)})
