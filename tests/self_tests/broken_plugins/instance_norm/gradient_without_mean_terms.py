"""grad_x is grad_output * weight times the scale: mean and variance are taken for constants."""

from layerproof import hookimpl
from layerproof_reference import instance_norm

DEFECT_CLASS = "gradient"

instance_norm_forward = instance_norm.instance_norm_forward


@hookimpl
def instance_norm_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = instance_norm.instance_norm_backward(grad_output, saved, needs_input_grad)
    N, C = grad_output.shape[:2]
    shape = (N, C, *(1,) * (grad_output.ndim - 2))
    weight = 1.0 if saved.weight is None else saved.weight.reshape(1, *shape[1:])
    grad_x = grad_output * weight * saved.normalized.scale.reshape(shape)
    return grad_x.astype(grad_output.dtype), grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "instance_norm", {"x": normal(2, 3, 4, 5), **parameters})
