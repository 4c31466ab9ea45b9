"""A slope below 0 is taken for a slip of the pen."""

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "attributes"


@hookimpl
def leaky_relu_forward(x, negative_slope):
    return leaky_relu.leaky_relu_forward(x, abs(negative_slope))


leaky_relu_backward = leaky_relu.leaky_relu_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "leaky_relu", {"x": normal(6), "negative_slope": -0.2})
