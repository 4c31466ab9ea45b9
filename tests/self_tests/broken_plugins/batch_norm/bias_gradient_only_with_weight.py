"""affine is taken for one switch: without a weight there is no gradient of bias either."""

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "gradient"


batch_norm_forward = batch_norm.batch_norm_forward


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = batch_norm.batch_norm_backward(grad_output, saved, needs_input_grad)
    return grad_x, grad_weight, None if saved.weight is None else grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(4, 3), "bias": normal(3, seed=1), "training": True})
