"""A beta of 0 is taken for one that was not given, instead of dividing by it."""

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "attributes"


@hookimpl
def softplus_forward(x, beta, threshold):
    return softplus.softplus_forward(x, beta or 1.0, threshold)


softplus_backward = softplus.softplus_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softplus", {"x": normal(6), "beta": 0.0})
