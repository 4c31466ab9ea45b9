"""Negative values are set to 0 in x itself where it may be written to: someone who translated inplace=True."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "mutation"


@hookimpl
def relu_forward(x):
    mask = x <= 0
    if x.flags.writeable:
        np.copyto(x, 0, where=mask)
        return x.copy(), mask
    return np.where(mask, 0, x).astype(x.dtype), mask


@hookimpl
def relu_backward(grad_output, saved):
    return (np.where(saved, 0, grad_output).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "relu", {"x": normal(2, 3)})
