"""Backward repeats the output over blocks of stride and marks what equals it, so where the stride exceeds the kernel
pixels in no window get a gradient: someone who always pools 2 by 2."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "gradient"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    return output, (saved, x.copy(), output)


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    inner, x, output = saved
    (sh, sw), (kh, kw) = inner.stride, inner.kernel_size
    grad_x = max_pool2d.max_pool2d_backward(grad_output, inner, (True,))[0]
    if sh > kh or sw > kw:
        rows, columns = min(x.shape[2], sh * output.shape[2]), min(x.shape[3], sw * output.shape[3])
        repeated = output.repeat(sh, 2).repeat(sw, 3)[:, :, :rows, :columns]
        gradient = grad_output.repeat(sh, 2).repeat(sw, 3)[:, :, :rows, :columns]
        equal = x[:, :, :rows, :columns] == repeated
        grad_x[:, :, :rows, :columns] = np.where(equal, gradient, grad_x[:, :, :rows, :columns])
    return (grad_x,)


def witness() -> str:
    from witnesses import differs

    return differs(
        __file__, "max_pool2d", {"x": np.ones((1, 1, 3, 3), np.float32), "kernel_size": (1, 1), "stride": (2, 2)}
    )
