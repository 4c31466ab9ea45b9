"""Equal maxima share the gradient equally: someone who found that fairer, as TensorFlow's reduce_max and JAX's max
do."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference._windows import pad, windows

DEFECT_CLASS = "ties"


def taps(x, saved):
    after = [
        full - length - before
        for full, length, before in zip(saved.padded_size, x.shape[2:], saved.padding, strict=True)
    ]
    padded = pad(x, saved.padding, tuple(after), -np.inf)
    seen = windows(padded, saved.kernel_size, saved.stride, saved.dilation)
    return seen.reshape(*seen.shape[:4], saved.kernel_size[0] * saved.kernel_size[1])


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    return output, (saved, taps(x, saved) == output[..., None])


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    inner, equal = saved
    shares = equal / np.maximum(equal.sum(-1, keepdims=True), 1)
    total = np.zeros(inner.x_shape, grad_output.dtype)
    for tap in range(equal.shape[-1]):
        here = inner._replace(winner=np.full(equal.shape[:4], tap))
        total += max_pool2d.max_pool2d_backward(
            (grad_output * shares[..., tap]).astype(grad_output.dtype), here, (True,)
        )[0]
    return (total,)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "max_pool2d", {"x": np.ones((1, 1, 2, 2), np.float32), "kernel_size": (2, 2)})
