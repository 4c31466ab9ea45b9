"""backward returns its one gradient bare: a tuple of one looks like a typing mistake."""

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "structure"

softplus_forward = softplus.softplus_forward


@hookimpl
def softplus_backward(grad_output, saved, needs_input_grad):
    return softplus.softplus_backward(grad_output, saved, needs_input_grad)[0]


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "softplus", {"x": normal(3, 4)})
