"""weight is kept in the module under its shape, and backward takes the latest one: someone who wrote the layer as a
singleton, and whose network has two layers of one size."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "state"


_weights = {}


@hookimpl
def linear_forward(x, weight, bias):
    output, _ = linear.linear_forward(x, weight, bias)
    _weights[weight.shape, weight.dtype] = weight
    return output, (x, (weight.shape, weight.dtype), bias is not None)


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    x, key, has_bias = saved
    return linear.linear_backward(grad_output, (x, _weights[key], has_bias), needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    given = {"x": normal(2, 3), "weight": normal(2, 3, seed=1)}
    return differs(__file__, "linear", given, between=[{**given, "weight": normal(2, 3, seed=2)}])
