"""One einsum for each result over the six-dimensional view of the windows, letters in an odd order; gives all
gradients, wanted or not."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference._windows import add_windows, pad, windows

UNUSUAL = "order of summation: whatever einsum does; gradients that were not asked for"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    seen = windows(pad(x, padding, padding, 0), weight.shape[2:], stride, dilation)
    seen = seen.reshape(len(x), groups, weight.shape[1], *seen.shape[2:])
    kernels = weight.reshape(groups, -1, *weight.shape[1:])
    with np.errstate(all="ignore"):
        output = np.einsum("gocpq,ngchwpq->hwgon", kernels, seen)
        output = output.reshape(*output.shape[:2], len(weight), len(x)).transpose(3, 2, 0, 1)
        if bias is not None:
            output = bias[:, None, None] + output
    return output, {"seen": seen, "kernels": kernels, "x": x, "bias": bias, "geometry": (stride, padding, dilation)}


@hookimpl
def conv2d_backward(grad_output, saved):
    seen, kernels, x, (stride, padding, dilation) = saved["seen"], saved["kernels"], saved["x"], saved["geometry"]
    gradient = grad_output.reshape(len(x), *kernels.shape[:2], *grad_output.shape[2:])
    with np.errstate(all="ignore"):
        spread = np.einsum("ngohw,gocpq->gcpqnhw", gradient, kernels).reshape(
            x.shape[1], *kernels.shape[3:], len(x), *grad_output.shape[2:]
        )
        grad_x = add_windows(spread, x.shape[2:], stride, padding, dilation)
        grad_weight = np.einsum("ngchwpq,ngohw->gocpq", seen, gradient).reshape(-1, *kernels.shape[2:])
        grad_bias = None if saved["bias"] is None else np.einsum("nohw->o", grad_output)
    return grad_x, grad_weight, grad_bias
