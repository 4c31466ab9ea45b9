"""Any negative end_dim is taken for the last axis."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "attributes"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    return flatten.flatten_forward(x, start_dim, -1 if end_dim < 0 else end_dim)


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "flatten", {"x": normal(2, 3, 4), "end_dim": -2})
