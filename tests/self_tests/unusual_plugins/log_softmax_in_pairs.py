"""logaddexp of pairs, then of pairs of those: the logarithm of the sum, without a maximum ever being taken."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: logaddexp in pairs"


@hookimpl
def log_softmax_forward(x, dim):
    lines = np.moveaxis(np.atleast_1d(x), dim, 0)
    with np.errstate(all="ignore"):
        log_total = lines
        while len(log_total) > 1:
            odd = log_total[len(log_total) - len(log_total) % 2 :]
            log_total = np.concatenate([np.logaddexp(log_total[: len(log_total) - 1 : 2], log_total[1::2]), odd])
        log_total = np.where(np.isposinf(log_total), x.dtype.type(np.nan), log_total)
        log_shares = np.moveaxis(lines - log_total, 0, dim).reshape(x.shape)
    return log_shares, (log_shares, dim)


@hookimpl
def log_softmax_backward(grad_output, saved):
    log_shares, dim = saved
    with np.errstate(all="ignore"):
        total = np.atleast_1d(grad_output).sum(dim, keepdims=True)
        return ((grad_output - np.exp(log_shares) * total).reshape(log_shares.shape),)
