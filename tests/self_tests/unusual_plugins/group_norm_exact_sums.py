"""Group after group in Python, with math.fsum for all sums; where a value is not finite NumPy's sum serves."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "exact sums; a loop over samples and groups"


def total_of(values):
    flat = values.reshape(-1)
    try:
        return math.fsum(flat.tolist())
    except (OverflowError, ValueError):  # infinities of both signs, or a sum beyond float64
        with np.errstate(all="ignore"):
            return float(flat.sum())


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    size = x.shape[1] // num_groups
    normalised, roots = np.empty(x.shape), np.empty((len(x), num_groups))
    with np.errstate(all="ignore"):
        for n in range(len(x)):
            for g in range(num_groups):
                values = x[n, g * size : (g + 1) * size].astype(np.float64)
                deviation = values - total_of(values) / values.size
                deviation = deviation - total_of(deviation) / values.size
                root = np.sqrt(np.float64(total_of(deviation * deviation) / values.size + eps))
                normalised[n, g * size : (g + 1) * size] = deviation / root
                roots[n, g] = root
        output = normalised if weight is None else normalised * spread(weight, x)
        output = output if bias is None else output + spread(bias, x)
        return output.astype(x.dtype), (normalised, roots, weight, bias is None)


@hookimpl
def group_norm_backward(grad_output, saved):
    normalised, roots, weight, no_bias = saved
    dtype, size = grad_output.dtype, grad_output.shape[1] // roots.shape[1]
    wide = grad_output.astype(np.float64)
    grad_x = np.empty(wide.shape)
    with np.errstate(all="ignore"):
        scaled = wide if weight is None else wide * spread(weight, wide)
        for n, g in np.ndindex(roots.shape):
            own = slice(g * size, (g + 1) * size)
            given, x_hat = scaled[n, own], normalised[n, own]
            inner = given - total_of(given) / given.size - x_hat * (total_of(given * x_hat) / given.size)
            grad_x[n, own] = inner / roots[n, g]
        per_channel = np.array(
            [[total_of(wide[:, c] * normalised[:, c]), total_of(wide[:, c])] for c in range(wide.shape[1])]
        ).astype(dtype)
        grad_x = grad_x.astype(dtype)
    return grad_x, None if weight is None else per_channel[:, 0], None if no_bias else per_channel[:, 1]


def spread(parameter, x):
    return parameter.astype(np.float64).reshape(-1, *(1,) * (x.ndim - 2))
