"""Each column of the table's gradient is one weighted bincount, in float64, one index after the other."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "sequential sums in float64; the gradient is a transposed array"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    flat = [weight[row] for row in indices.reshape(-1)]
    output = np.array(flat, weight.dtype).reshape(*indices.shape, weight.shape[1])
    return output, (indices.reshape(-1), weight.shape, padding_idx)


@hookimpl
def embedding_backward(grad_output, saved):
    places, (rows, columns), padding_idx = saved
    gradient = grad_output.reshape(places.size, columns)
    total = np.empty((columns, rows))
    with np.errstate(all="ignore"):
        for column in range(columns):
            total[column] = np.bincount(places, gradient[:, column], minlength=rows)
        if padding_idx is not None:
            total[:, padding_idx] = 0
        return (total.astype(grad_output.dtype).T,)
