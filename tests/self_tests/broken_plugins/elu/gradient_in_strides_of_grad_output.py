"""grad_x gets the strides of grad_output, whose broadcast axes have stride 0: empty_strided in a C++ extension."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "layout"

elu_forward = elu.elu_forward


@hookimpl
def elu_backward(grad_output, saved, needs_input_grad):
    strides = [abs(stride) for stride in grad_output.strides]
    steps = zip(grad_output.shape, strides, strict=True)
    count = sum((length - 1) * stride for length, stride in steps) // grad_output.itemsize + 1
    memory = np.empty(max(count, 1), grad_output.dtype)
    grad_x = np.lib.stride_tricks.as_strided(memory, grad_output.shape, strides)
    grad_x[...] = elu.elu_backward(grad_output, saved, (True,))[0]
    return (grad_x,)


def witness() -> str:
    from witnesses import differs, normal

    grad_output = np.broadcast_to(normal(4, seed=1), (3, 4))
    return differs(__file__, "elu", {"x": normal(3, 4)}, grad_output=grad_output)
