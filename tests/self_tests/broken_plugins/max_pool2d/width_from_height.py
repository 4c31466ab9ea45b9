"""The place in the flattened image is computed with H for W, which is the same for square images: someone with
digits of 28 by 28."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "sizes"


max_pool2d_forward = max_pool2d.max_pool2d_forward


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    N, C, H, W = saved.x_shape
    grad_x = max_pool2d.max_pool2d_backward(grad_output, saved, needs_input_grad)[0]
    if grad_x is None or H >= W:
        return (grad_x,)
    moved = np.zeros_like(grad_x)
    for row in range(H):
        flat = moved.reshape(N, C, H * W)
        flat[..., row * H : row * H + W] += grad_x[:, :, row]
    return (moved,)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "max_pool2d", {"x": normal(1, 1, 2, 4), "kernel_size": (2, 2)})
