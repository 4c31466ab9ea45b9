"""embedding: output[...] = weight[indices[...]], which numpy does as fast as memory allows."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat
from layerproof_numba._compile import run

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: the indices, and the shape of weight."""

    indices: Array
    shape: tuple[int, int]
    padding_idx: int | None


@hookimpl
def embedding_forward(weight: Array, indices: Array, padding_idx: int | None) -> tuple[Array, Saved]:
    V, D = weight.shape
    return weight.take(indices, axis=0), Saved(flat(indices), (V, D), padding_idx)


@hookimpl
def embedding_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    grad_weight = np.zeros(saved.shape, grad_output.dtype)
    run("embedding", "backward", grad_output.dtype, grad_output.size, flat(grad_output), saved.indices, grad_weight)
    if saved.padding_idx is not None:
        grad_weight[saved.padding_idx] = 0
    return (grad_weight,)
