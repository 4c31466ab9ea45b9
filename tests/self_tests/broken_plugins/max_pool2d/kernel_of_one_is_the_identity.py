"""A window of one pixel returns the image itself, whatever the stride."""

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "attributes"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    if kernel_size == (1, 1):
        stride = (1, 1)
    return max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "max_pool2d", {"x": normal(1, 1, 4, 4), "kernel_size": (1, 1), "stride": (2, 2)})
