"""The memory of x is read as if it were contiguous, whatever its strides: someone who passes a bare pointer to C."""

from numpy.lib.stride_tricks import as_strided

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "layout"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    C, H, W = x.shape[1:]
    strides = (C * H * W * x.itemsize, H * W * x.itemsize, W * x.itemsize, x.itemsize)
    return conv2d.conv2d_forward(as_strided(x, x.shape, strides), weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(
        __file__, "conv2d", {"x": laid_out(normal(1, 1, 4, 4), "strided"), "weight": normal(1, 1, 2, 2, seed=1)}
    )
