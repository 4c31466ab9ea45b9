"""dropout: a product in PyTorch, because PyTorch's dropout would use PyTorch's generator instead of rng."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def dropout_forward(x: Array, p: float, training: bool, rng: np.random.Generator) -> tuple[Array, Graph]:
    if not training:
        return forward("clone", {"input": x})
    kept = rng.random(x.shape) >= p
    factor = np.where(kept, 1 / (1 - p) if p < 1 else 0, 0).astype(x.dtype)
    return forward("mul", {"input": x}, other=factor)


@hookimpl
def dropout_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
