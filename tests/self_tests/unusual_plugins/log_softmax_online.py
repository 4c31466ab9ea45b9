"""logaddexp, element by element: the logarithm of the sum grows without a maximum ever being taken."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: online, by logaddexp"


@hookimpl
def log_softmax_forward(x, dim):
    lines = np.moveaxis(np.atleast_1d(x), dim, 0)
    log_total = np.full(lines.shape[1:], -np.inf, x.dtype)
    with np.errstate(all="ignore"):
        for line in lines:
            log_total = np.logaddexp(log_total, line)
        log_shares = np.moveaxis(lines - log_total, 0, dim).reshape(x.shape)
    return log_shares, (log_shares, dim)


@hookimpl
def log_softmax_backward(grad_output, saved):
    log_shares, dim = saved
    with np.errstate(all="ignore"):
        total = np.atleast_1d(grad_output).sum(dim, keepdims=True)
        return ((grad_output - np.exp(log_shares) * total).reshape(log_shares.shape),)
