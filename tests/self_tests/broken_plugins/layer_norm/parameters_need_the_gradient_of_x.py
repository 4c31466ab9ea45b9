"""Rows are made in the branch of grad_x, and the gradients of the parameters alone raise: someone who never froze x."""

from layerproof import hookimpl
from layerproof_reference import layer_norm
from layerproof_reference._normalization import as_rows, gradient_of_rows, sum_of_rows

DEFECT_CLASS = "structure"

layer_norm_forward = layer_norm.layer_norm_forward


@hookimpl
def layer_norm_backward(grad_output, saved, needs_input_grad):
    normalized, weight, has_bias, shape = saved
    grad_x = grad_weight = grad_bias = None
    if needs_input_grad[0]:
        rows = as_rows(grad_output, grad_output.ndim - len(shape))
        scaled = rows if weight is None else rows * weight.reshape(-1)
        grad_x = gradient_of_rows(scaled, normalized).reshape(grad_output.shape).astype(grad_output.dtype)
    if needs_input_grad[1] and weight is not None:
        grad_weight = sum_of_rows(rows * normalized.rows).reshape(shape).astype(grad_output.dtype)
    if needs_input_grad[2] and has_bias:
        grad_bias = sum_of_rows(rows).reshape(shape).astype(grad_output.dtype)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal, raises

    parameters = {"weight": normal(5, seed=1), "bias": normal(5, seed=2), "normalized_shape": (5,)}
    if differs(__file__, "layer_norm", {"x": normal(3, 5), **parameters}):
        return ""
    return raises(__file__, "layer_norm", {"x": normal(3, 5), **parameters}, needs_input_grad=(False, True, True))
