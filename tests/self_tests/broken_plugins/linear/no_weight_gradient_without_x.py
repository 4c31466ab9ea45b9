"""grad_weight is None when x needs no gradient: someone who asks needs_input_grad[0] twice."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "structure"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    return grad_x, grad_weight if needs_input_grad[0] else None, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "linear", {"x": normal(4, 3), "weight": normal(2, 3, seed=1)}, needs_input_grad=[False, True, True]
    )
