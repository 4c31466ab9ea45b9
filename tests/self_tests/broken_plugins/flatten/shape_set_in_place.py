"""x itself gets the new shape where its layout allows: someone who assigns to .shape and returns the same array."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "mutation"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    output, saved = flatten.flatten_forward(x, start_dim, end_dim)
    if x.flags.c_contiguous:
        x.shape = output.shape
        return x, saved
    return output, saved


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "flatten", {"x": normal(2, 3)})
