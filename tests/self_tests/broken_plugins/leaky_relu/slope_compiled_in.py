"""The kernel made for a shape keeps the slope of the first call: a just-in-time compiler with too short a key."""

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "state"

_compiled = {}

leaky_relu_backward = leaky_relu.leaky_relu_backward


@hookimpl
def leaky_relu_forward(x, negative_slope):
    key = x.shape, x.dtype
    if key not in _compiled:
        _compiled[key] = lambda values: leaky_relu.leaky_relu_forward(values, negative_slope)
    return _compiled[key](x)


def witness() -> str:
    from witnesses import differs, normal

    first, second = ({"x": normal(3, 4), "negative_slope": slope} for slope in (0.01, 0.3))
    return differs(__file__, "leaky_relu", second, before=[first])
