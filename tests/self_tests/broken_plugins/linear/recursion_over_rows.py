"""The gradient of bias is summed by recursion over rows, which ends at Python's limit: someone who came from Lisp."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "process"


linear_forward = linear.linear_forward


def total(rows):
    return rows[0] + total(rows[1:]) if len(rows) > 1 else rows.sum(0)


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    if grad_bias is not None:
        grad_bias = total(grad_output.reshape(grad_output[..., :1].size, len(grad_bias)))
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "linear", {"x": normal(2000, 1), "weight": normal(1, 1), "bias": normal(1)})
