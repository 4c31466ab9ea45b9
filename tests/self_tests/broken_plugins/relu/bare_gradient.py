"""The gradient comes bare and not in a tuple of one: someone who forgot the comma."""

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "structure"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    return relu.relu_backward(grad_output, saved)[0]


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "relu", {"x": normal(2, 3)})
