"""The gradients of weight and bias are put into normalized_shape in the order of Fortran: right for one axis only."""

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "shape"


layer_norm_forward = layer_norm.layer_norm_forward


@hookimpl
def layer_norm_backward(grad_output, saved, needs_input_grad):
    grad_x, *gradients = layer_norm.layer_norm_backward(grad_output, saved, needs_input_grad)
    shape = saved.normalized_shape
    return grad_x, *(None if one is None else one.reshape(-1).reshape(shape, order="F") for one in gradients)


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(2, 2, 3), "weight": normal(2, 3, seed=1), "normalized_shape": (2, 3)}
    return differs(__file__, "layer_norm", call)
