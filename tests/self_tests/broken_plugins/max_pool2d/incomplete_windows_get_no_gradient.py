"""With ceil_mode the windows that reach beyond the image get no gradient: someone whose backward loop stops at the
last whole window."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "edges"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    whole, _ = (
        max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, False)
        if _fits(x, saved)
        else (output[:, :, :0, :0], None)
    )
    return output, (saved, whole.shape[2:])


def _fits(x, saved):
    extent = [step * (kernel - 1) + 1 for step, kernel in zip(saved.dilation, saved.kernel_size, strict=True)]
    return all(n + 2 * p >= e for n, p, e in zip(x.shape[2:], saved.padding, extent, strict=True))


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    inner, (rows, columns) = saved
    kept = np.zeros_like(grad_output)
    kept[:, :, :rows, :columns] = grad_output[:, :, :rows, :columns]
    return max_pool2d.max_pool2d_backward(kept, inner, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "max_pool2d", {"x": normal(1, 1, 3, 3), "kernel_size": (2, 2), "ceil_mode": True})
