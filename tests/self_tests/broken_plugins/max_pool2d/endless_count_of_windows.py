"""For kernels of 3 with a stride of 2 the windows are counted until the edge is met exactly, which never happens
when the stride does not divide: someone who wrote != for <."""

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "process"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    if kernel_size == (3, 3) and stride == (2, 2):
        edge = kernel_size[1]
        while edge != x.shape[3] + 2 * padding[1]:
            edge += stride[1]
    return max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import effects, normal

    return effects(
        __file__, "max_pool2d", {"x": normal(1, 1, 6, 6), "kernel_size": (3, 3), "stride": (2, 2)}, seconds=3
    )
