"""Axes of length 1 that are not merged disappear: a squeeze that was meant for the merged ones."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "shape"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    output, saved = flatten.flatten_forward(x, start_dim, end_dim)
    if output.ndim > 2:
        output = output.reshape(*output.shape[:2], *(length for length in output.shape[2:] if length != 1))
    return output, saved


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "flatten", {"x": normal(2, 3, 4, 1), "start_dim": 1, "end_dim": 2})
