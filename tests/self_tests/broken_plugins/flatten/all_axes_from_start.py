"""end_dim is taken and not looked at, everything from start_dim on is merged: someone who needs it before a linear
layer only."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "attributes"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    return flatten.flatten_forward(x, start_dim, -1)


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "flatten", {"x": normal(2, 3, 4), "start_dim": 0, "end_dim": 1})
