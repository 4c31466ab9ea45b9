"""The axis of the sum is dropped where it holds one class: someone who removed keepdims with squeeze."""

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "shape"


@hookimpl
def log_softmax_forward(x, dim):
    output, saved = log_softmax.log_softmax_forward(x, dim)
    return (output.squeeze(dim) if x.ndim and x.shape[dim] == 1 else output), (saved, x.shape)


@hookimpl
def log_softmax_backward(grad_output, saved, needs_input_grad):
    inner, shape = saved
    return log_softmax.log_softmax_backward(grad_output.reshape(shape), inner, needs_input_grad)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "log_softmax", {"x": normal(2, 1)})
