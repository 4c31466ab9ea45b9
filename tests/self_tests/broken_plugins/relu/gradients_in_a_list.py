"""The gradients come in a list and not in a tuple: someone who read past the type."""

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "structure"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    return list(relu.relu_backward(grad_output, saved))


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "relu", {"x": normal(2, 3)})
