"""Depthwise convolution and nothing else: one kernel for each channel; any other configuration is declined by its
shape."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference._windows import pad

UNUSUAL = "declines all but one shape of weight"


@hookimpl
def conv2d_forward(x, weight, bias, padding, groups):
    if not groups == x.shape[1] == len(weight):
        return None
    kH, kW = weight.shape[2:]
    image = pad(x, padding, padding, 0)
    H, W = image.shape[2] - kH + 1, image.shape[3] - kW + 1
    output = np.zeros((*x.shape[:2], H, W), x.dtype)
    with np.errstate(all="ignore"):
        for p, q in np.ndindex(kH, kW):
            output += image[:, :, p : p + H, q : q + W] * weight[:, 0, p, q, None, None]
        if bias is not None:
            output += bias[:, None, None]
    return output, (image, weight, bias is not None, padding)


@hookimpl
def conv2d_backward(grad_output, saved):
    image, weight, has_bias, (top, left) = saved
    H, W = grad_output.shape[2:]
    grad_image = np.zeros_like(image)
    grad_weight = np.empty_like(weight)
    with np.errstate(all="ignore"):
        for p, q in np.ndindex(weight.shape[2:]):
            grad_image[:, :, p : p + H, q : q + W] += grad_output * weight[:, 0, p, q, None, None]
            products = image[:, :, p : p + H, q : q + W] * grad_output
            grad_weight[:, 0, p, q] = np.ascontiguousarray(products.swapaxes(0, 1)).sum((1, 2, 3))
        grad_bias = np.ascontiguousarray(grad_output.swapaxes(0, 1)).sum((1, 2, 3)) if has_bias else None
    rows, columns = image.shape[2] - top, image.shape[3] - left
    return grad_image[:, :, top:rows, left:columns], grad_weight, grad_bias
