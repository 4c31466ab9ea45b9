"""Nothing is computed when x needs no gradient, though weight does, as in the first layer of every network: someone
who returns early."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "structure"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    if not needs_input_grad[0]:
        return None, None, None
    return conv2d.conv2d_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "conv2d",
        {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)},
        needs_input_grad=[False, True, True],
    )
