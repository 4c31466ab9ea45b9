"""(1 - target) * x + logaddexp(0, -x), and no other trick."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: logaddexp"


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    kind = x.dtype.type
    with np.errstate(all="ignore"):
        losses = (1 - target) * x + np.logaddexp(kind(0), -x)
        if reduction == "none":
            return losses, (x, target, reduction)
        total = np.ascontiguousarray(losses).sum()
        return total if reduction == "sum" else total / kind(x.size), (x, target, reduction)


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved):
    x, target, reduction = saved
    with np.errstate(all="ignore"):
        power = np.exp(-np.abs(x))
        share = np.where(x < 0, power, 1).astype(x.dtype) / (1 + power)
        scale = grad_output / x.dtype.type(x.size) if reduction == "mean" else grad_output
        return ((share - target) * scale,)
