"""The gradient goes to the place in the window as if the window had no gaps: someone who added dilation to forward
only."""

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "attributes"


max_pool2d_forward = max_pool2d.max_pool2d_forward


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    return max_pool2d.max_pool2d_backward(grad_output, saved._replace(dilation=(1, 1)), needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "max_pool2d", {"x": normal(1, 1, 5, 5), "kernel_size": (2, 2), "stride": (1, 1), "dilation": (2, 2)}
    )
