"""The gradient by a sort of the indices and one sum for each run of equal ones, in float64; takes indices one at a
time in forward."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: sorted segments; higher precision inside"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    rows = [weight[number] for number in indices.ravel()]
    output = np.array(rows, weight.dtype).reshape(*indices.shape, weight.shape[1])
    return output, (indices.ravel(), weight.shape, padding_idx)


@hookimpl
def embedding_backward(grad_output, saved):
    indices, shape, padding_idx = saved
    grad_weight = np.zeros(shape, np.float64)
    order = np.argsort(indices, kind="stable")
    named, starts = np.unique(indices[order], return_index=True)
    with np.errstate(all="ignore"):
        if len(named):
            gradient = grad_output.reshape(len(indices), shape[1]).astype(np.float64)[order]
            grad_weight[named] = np.add.reduceat(gradient, starts, axis=0)
        if padding_idx is not None:
            grad_weight[padding_idx] = 0
        return (grad_weight.astype(grad_output.dtype),)
