"""A 0-d array is returned as it is and not as one of shape (1,): someone who returns early when there is nothing to
merge."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "shape"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    if x.ndim < 2:
        return x, x.shape
    return flatten.flatten_forward(x, start_dim, end_dim)


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "flatten", {"x": normal()})
