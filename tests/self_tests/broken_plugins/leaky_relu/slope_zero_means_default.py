"""`negative_slope or 0.01` takes a slope of 0 for a missing one: the Python habit."""

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "attributes"

leaky_relu_backward = leaky_relu.leaky_relu_backward


@hookimpl
def leaky_relu_forward(x, negative_slope):
    return leaky_relu.leaky_relu_forward(x, negative_slope or 0.01)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "leaky_relu", {"x": normal(3, 4), "negative_slope": 0.0})
