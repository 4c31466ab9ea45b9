"""The gradient is flattened in the order of its memory, which is not that of its indices for a transposed one:
someone who wrote ravel("K") to avoid a copy."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "layout"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    return conv2d.conv2d_backward(grad_output.ravel("K").reshape(grad_output.shape), saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(
        __file__,
        "conv2d",
        {"x": normal(1, 1, 4, 4), "weight": normal(1, 1, 2, 2, seed=1)},
        grad_output=laid_out(normal(1, 1, 3, 3, seed=2), "fortran"),
    )
