"""Gradients that are not needed are left out and the tuple is filled up at its end, so the others move up: someone
who collects them in a list."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "structure"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    gradients = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    computed = [gradient for gradient, needed in zip(gradients, needs_input_grad, strict=True) if needed]
    return tuple(computed + [None] * (3 - len(computed)))


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "conv2d",
        {"x": normal(1, 2, 3, 3), "weight": normal(1, 2, 2, 2, seed=1), "bias": normal(1, seed=2)},
        needs_input_grad=[True, False, True],
    )
