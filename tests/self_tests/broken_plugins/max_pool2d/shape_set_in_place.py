"""The shape of grad_output itself is changed to a matrix by assigning to .shape: someone who read that it avoids a
copy."""

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "mutation"


max_pool2d_forward = max_pool2d.max_pool2d_forward


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    shape = grad_output.shape
    if grad_output.flags.c_contiguous:
        grad_output.shape = (shape[0] * shape[1], shape[2] * shape[3])
    return max_pool2d.max_pool2d_backward(grad_output.reshape(shape), saved, needs_input_grad)


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "max_pool2d", {"x": normal(1, 2, 4, 4), "kernel_size": (2, 2)})
