"""embedding: output[...] = weight[indices[...]]."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: the indices, and the shape of weight."""

    indices: Array
    shape: tuple[int, int]
    padding_idx: int | None


@hookimpl
def embedding_forward(weight: Array, indices: Array, padding_idx: int | None) -> tuple[Array, Saved]:
    V, D = weight.shape
    return weight.take(indices, axis=0), Saved(indices, (V, D), padding_idx)


@hookimpl
def embedding_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # Each output is a copy of a row, so the row receives the sum of the gradients of all its copies.
    if not needs_input_grad[0]:
        return (None,)
    (V, D), places = saved.shape, saved.indices.reshape(-1)
    # sorting puts the copies of a row next to each other; reduceat then sums them pairwise, with small rounding errors
    # even for a million copies, while np.add.at and np.bincount add one after the other
    order = np.argsort(places, kind="stable")
    rows, first = np.unique(places[order], return_index=True)
    grad_weight = np.zeros((V, D), grad_output.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        grad_weight[rows] = np.add.reduceat(grad_output.reshape(places.size, D)[order], first, axis=0)
    if saved.padding_idx is not None:
        grad_weight[saved.padding_idx] = 0
    return (grad_weight,)
