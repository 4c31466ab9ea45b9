"""grad_weight and grad_bias count the first sample only."""

from layerproof import hookimpl
from layerproof_reference import instance_norm

DEFECT_CLASS = "reduction"

instance_norm_forward = instance_norm.instance_norm_forward


@hookimpl
def instance_norm_backward(grad_output, saved, needs_input_grad):
    grad_x, _, _ = instance_norm.instance_norm_backward(grad_output, saved, needs_input_grad)
    first = grad_output.copy()
    first[1:] = 0
    return grad_x, *instance_norm.instance_norm_backward(first, saved, needs_input_grad)[1:]


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "instance_norm", {"x": normal(2, 3, 4, 5), **parameters})
