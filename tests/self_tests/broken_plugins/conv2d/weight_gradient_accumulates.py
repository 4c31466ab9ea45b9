"""The gradient of weight is added to that of the backward before, as .grad does in PyTorch: someone who ported a
class."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "state"


_grad_weight = {}

conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    if grad_weight is not None:
        grad_weight = grad_weight + _grad_weight.get(grad_weight.shape, 0)
        _grad_weight[grad_weight.shape] = grad_weight
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)}, backwards=2)
