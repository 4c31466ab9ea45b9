"""grad_output itself is masked and returned where it may be written to: someone who saves an allocation."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "mutation"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    grad_x = grad_output if grad_output.flags.writeable else grad_output.copy()
    np.copyto(grad_x, 0, where=saved <= 0)
    return (grad_x,)


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "relu", {"x": normal(2, 3)})
