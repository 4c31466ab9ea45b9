"""A beta below 0 is taken without its sign, because the function should rise."""

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "attributes"


@hookimpl
def softplus_forward(x, beta, threshold):
    return softplus.softplus_forward(x, abs(beta), threshold)


softplus_backward = softplus.softplus_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softplus", {"x": normal(6), "beta": -2.0})
