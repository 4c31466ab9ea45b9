"""The mean over whole images only; the gradient is one number for each image, broadcast over it with strides of 0."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "declines by attribute; a gradient that is a broadcast view"


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    if output_size != (1, 1):
        return None
    with np.errstate(all="ignore"):
        return x.mean((2, 3), keepdims=True), x.shape


@hookimpl
def adaptive_avg_pool2d_backward(grad_output, saved):
    share = grad_output / grad_output.dtype.type(saved[2] * saved[3])
    return (np.broadcast_to(share, saved),)
