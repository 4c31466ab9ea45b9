"""The loss is averaged over all elements, its gradient over the rows."""

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits

DEFECT_CLASS = "reduction"


binary_cross_entropy_with_logits_forward = binary_cross_entropy_with_logits.binary_cross_entropy_with_logits_forward


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved, needs_input_grad):
    x, _, reduction = saved
    if reduction == "mean" and x.ndim > 1 and x.size:
        grad_output = grad_output * grad_output.dtype.type(x.size / x.shape[0])
    return binary_cross_entropy_with_logits.binary_cross_entropy_with_logits_backward(
        grad_output, saved, needs_input_grad
    )


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "binary_cross_entropy_with_logits", {"x": normal(3, 4), "target": abs(normal(3, 4, seed=1)) % 1}
    )
