"""Threads each read the gradient of weight, work on their part of the batch, and write back what they had read plus
their own sum: with enough work for them to overlap, parts get lost."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "random"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, exact, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    N, outputs, H, W = grad_output.shape
    if exact is None or N < 4:
        return grad_x, exact, grad_bias
    total = np.zeros_like(exact)
    rows = saved.columns.reshape(*saved.columns.shape[:2], N, H * W)
    gradient = grad_output.reshape(N, saved.groups, outputs // saved.groups, H * W)

    def add(worker):
        sum_of_part = total.copy()
        with np.errstate(all="ignore"):
            for n in range(worker, N, 4):
                sum_of_part += (gradient[n] @ rows[:, :, n].swapaxes(1, 2)).reshape(total.shape)
        total[...] = sum_of_part

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    return grad_x, total, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(64, 16, 40, 40), "weight": normal(16, 16, 3, 3, seed=1), "padding": (1, 1)}
    attempts = (differs(__file__, "conv2d", call, relative=1e-3) for _ in range(5))
    return next(filter(None, attempts), "")
