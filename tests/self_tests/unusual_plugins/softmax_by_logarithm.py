"""exp(x - logsumexp(x)): no division; saved is a closure that computes the gradient."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: exponential of the log-softmax; saved is a closure"


@hookimpl
def softmax_forward(x, dim):
    if not x.size:
        return np.empty_like(x), lambda grad_output: np.empty_like(x)
    rows = np.atleast_1d(x)
    with np.errstate(all="ignore"):
        top = rows.max(dim, keepdims=True)
        log_total = top + np.log(np.exp(rows - top).sum(dim, keepdims=True))
        shares = np.exp(rows - log_total)

    def gradient(grad_output):
        with np.errstate(all="ignore"):
            inner = (shares * grad_output).sum(dim, keepdims=True)
            return (shares * (grad_output - inner)).reshape(x.shape)

    return shares.reshape(x.shape), gradient


@hookimpl
def softmax_backward(grad_output, saved):
    return (saved(grad_output),)
