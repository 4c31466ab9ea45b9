"""The gradient is flattened in the order of its memory: someone who wrote ravel("K") and tests with C order."""

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "layout"


max_pool2d_forward = max_pool2d.max_pool2d_forward


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    return max_pool2d.max_pool2d_backward(grad_output.ravel("K").reshape(grad_output.shape), saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(
        __file__,
        "max_pool2d",
        {"x": normal(1, 2, 4, 4), "kernel_size": (2, 2)},
        grad_output=laid_out(normal(1, 2, 2, 2), "channels_last"),
    )
