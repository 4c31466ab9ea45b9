"""Everything in NumPy's longdouble, which has no overflow where float64 has none, rounded at the end."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "more than double precision inside; saved are the arguments alone"


def parts(x, normalized_shape, eps):
    axes = tuple(range(x.ndim - len(normalized_shape), x.ndim))
    added = np.finfo(x.dtype).eps if eps is None else eps
    wide = x.astype(np.longdouble)
    root = np.sqrt(np.mean(wide * wide, axis=axes, keepdims=True) + np.longdouble(added))
    return axes, wide / root, root


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    with np.errstate(all="ignore"):
        _, x_hat, _ = parts(x, normalized_shape, eps) if x.size else (None, x, None)
        output = x_hat if weight is None else x_hat * weight
        return output.astype(x.dtype), (x, weight, normalized_shape, eps)


@hookimpl
def rms_norm_backward(grad_output, saved):
    x, weight, shape, eps = saved
    if not x.size:
        return np.zeros(x.shape, x.dtype), None if weight is None else np.zeros(shape, x.dtype)
    with np.errstate(all="ignore"):
        axes, x_hat, root = parts(x, shape, eps)
        wide = grad_output.astype(np.longdouble)
        g = wide if weight is None else wide * weight
        grad_x = ((g - x_hat * np.mean(g * x_hat, axis=axes, keepdims=True)) / root).astype(x.dtype)
        leading = tuple(range(x.ndim - len(shape)))
        grad_weight = None if weight is None else np.sum(wide * x_hat, axis=leading).astype(x.dtype)
    return grad_x, grad_weight
