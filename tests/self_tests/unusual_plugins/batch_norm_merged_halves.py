"""Means and squares of halves, merged in pairs (Chan, Golub and LeVeque), in the dtype of x."""

import batch_norm_welford
import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: parallel variance; imports another plugin's file"


def moments(rows):
    """Count, mean and sum of squared deviations of each column."""
    if len(rows) <= 1:
        return len(rows), rows.sum(0), np.zeros_like(rows[:1].sum(0))
    middle = len(rows) // 2
    (n, mean, squares), (m, other_mean, other_squares) = moments(rows[:middle]), moments(rows[middle:])
    kind = rows.dtype.type
    step = other_mean - mean
    return (
        n + m,
        mean + step * kind(m / (n + m)),
        squares + other_squares + step * step * kind(n * m / (n + m)),
    )


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    if not training or not len(x):
        return batch_norm_welford.batch_norm_forward(
            x, weight, bias, running_mean, running_var, training, momentum, eps
        )
    rows, kind = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]), x.dtype.type
    with np.errstate(all="ignore"):
        count, mean, squares = moments(rows)
        squares = squares + 0 * mean  # NaN for an infinite mean, which has no variance
        scale = 1 / np.sqrt(squares / kind(count) + kind(eps))
        normalized = (rows - mean) * scale
        # scale and shift in one step each
        y = normalized if weight is None else (rows - mean) * (scale * weight)
        y = y if bias is None else y + bias
        if running_mean is not None:
            running_mean = running_mean + kind(momentum) * (mean - running_mean)
            running_var = running_var + kind(momentum) * (squares / kind(count - 1) - running_var)
    saved = (normalized, scale, weight, bias, True, x.shape)
    return (batch_norm_welford.as_batch(y, x.shape), running_mean, running_var), saved


@hookimpl
def batch_norm_backward(grad_output, saved):
    return batch_norm_welford.batch_norm_backward(grad_output, saved)
