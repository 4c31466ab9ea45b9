"""Python's own math for one element after the other, an exact sum of all, a NumPy scalar for the loss."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "scalar functions of the math module; an exact sum where it is finite"


def loss_of(x, target):
    if math.isnan(x) or math.isnan(target):
        return math.nan
    # -log(sigmoid(x)) is log1p(exp(-x)), and below 0, where that might overflow, log1p(exp(x)) - x
    if x >= 0:
        return (1.0 - target) * x + math.log1p(math.exp(-x))
    return ((1.0 - target) * x - x) + math.log1p(math.exp(x))


def total_of(losses):
    try:
        return math.fsum(losses)
    except (OverflowError, ValueError):  # infinities of both signs, or a sum beyond float64
        return float(np.sum(losses))


def share_of(x):
    if math.isnan(x):
        return math.nan
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    losses = [loss_of(float(a), float(b)) for a, b in zip(x.flat, target.flat, strict=True)]
    with np.errstate(all="ignore"):
        if reduction == "none":
            return np.array(losses, np.float64).reshape(x.shape).astype(x.dtype), (x, target, 1.0)
        total = total_of(losses)
        if reduction == "sum":
            return x.dtype.type(total), (x, target, 1.0)
        return x.dtype.type(total / x.size if x.size else math.nan), (x, target, 1 / max(x.size, 1))


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved):
    x, target, share = saved
    slopes = [share_of(float(a)) - float(b) for a, b in zip(x.flat, target.flat, strict=True)]
    with np.errstate(all="ignore"):
        gradient = np.array(slopes, np.float64).reshape(x.shape) * share * grad_output
        return (np.asarray(gradient).astype(x.dtype),)
