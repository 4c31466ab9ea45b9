"""All sums by halving: the upper half of an axis is added to the lower until one element is left, in float64."""

import math
from dataclasses import dataclass

import numpy as np

from layerproof import hookimpl

UNUSUAL = "sums in a tree; saved is a dataclass; declines nothing"


def tree(values, axis):
    values = np.moveaxis(values, axis, 0)
    if not len(values):
        return np.zeros(values.shape[1:])
    while len(values) > 1:
        half = (len(values) + 1) // 2
        lower = values[:half].copy()
        lower[: len(values) - half] += values[half:]
        values = lower
    return values[0]


@dataclass
class Kept:
    x_hat: np.ndarray
    root: np.ndarray
    weight: np.ndarray | None
    has_bias: bool
    normalized_shape: tuple


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    count = math.prod(normalized_shape)
    rows = x.astype(np.float64).reshape(math.prod(x.shape[: x.ndim - len(normalized_shape)]), count)
    with np.errstate(all="ignore"):
        deviation = rows - (tree(rows, 1) / count)[:, None]
        deviation = deviation - (tree(deviation, 1) / count)[:, None]
        root = np.sqrt(tree(deviation * deviation, 1) / count + eps)[:, None]
        x_hat = deviation / root
        output = x_hat if weight is None else x_hat * weight.reshape(-1)
        output = output if bias is None else output + bias.reshape(-1)
        kept = Kept(x_hat, root, weight, bias is not None, normalized_shape)
        return output.astype(x.dtype).reshape(x.shape), kept


@hookimpl
def layer_norm_backward(grad_output, saved):
    dtype, count = grad_output.dtype, saved.x_hat.shape[1]
    rows = grad_output.astype(np.float64).reshape(saved.x_hat.shape)
    with np.errstate(all="ignore"):
        g = rows if saved.weight is None else rows * saved.weight.reshape(-1)
        inner = g - (tree(g, 1) / count)[:, None] - saved.x_hat * (tree(g * saved.x_hat, 1) / count)[:, None]
        grad_x = (inner / saved.root).astype(dtype).reshape(grad_output.shape)
        grad_weight = tree(rows * saved.x_hat, 0).astype(dtype).reshape(saved.normalized_shape)
        grad_bias = tree(rows, 0).astype(dtype).reshape(saved.normalized_shape)
    return grad_x, None if saved.weight is None else grad_weight, grad_bias if saved.has_bias else None
