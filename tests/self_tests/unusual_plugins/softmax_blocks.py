"""Maximum and sum of blocks of 32 first, merged afterwards; knows the last axis only, since dim is not in its
signature."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: in blocks; all optional arguments left out"
BLOCK = 32


@hookimpl
def softmax_forward(x):
    rows = np.atleast_1d(x)
    tops, totals = [], []
    with np.errstate(all="ignore"):
        for start in range(0, rows.shape[-1], BLOCK):
            block = rows[..., start : start + BLOCK]
            tops.append(block.max(-1, keepdims=True))
            safe = np.where(np.isneginf(tops[-1]), 0, tops[-1])
            totals.append(np.exp(block - safe).sum(-1, keepdims=True))
        if not tops:
            return np.empty_like(x), x
        top = np.max(tops, axis=0)
        total = sum(part * np.exp(one - top) for part, one in zip(totals, tops, strict=True))
        shares = (np.exp(rows - top) / total).reshape(x.shape)
    return shares, shares


@hookimpl
def softmax_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        products = np.atleast_1d(grad_output * saved)
        return ((products - saved * products.sum(-1, keepdims=True)).reshape(saved.shape),)
