"""grad_x forgets that y was multiplied by weight, which is 1 at the start: someone who tested a fresh layer."""

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "gradient"

batch_norm_forward = batch_norm.batch_norm_forward


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = batch_norm.batch_norm_backward(grad_output, saved, needs_input_grad)
    grad_x, _, _ = batch_norm.batch_norm_backward(grad_output, saved._replace(weight=None), (True, False, False))
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), **parameters, "training": True})
