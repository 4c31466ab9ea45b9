"""end_dim is exclusive unless it is -1: someone who thought of slices."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "attributes"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    axes = max(x.ndim, 1)
    if end_dim % axes != axes - 1 and end_dim % axes > start_dim % axes:
        end_dim = end_dim % axes - 1
    return flatten.flatten_forward(x, start_dim, end_dim)


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "flatten", {"x": normal(2, 3, 4, 5), "start_dim": 0, "end_dim": 2})
