"""embedding: torch.nn.functional.embedding."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def embedding_forward(weight: Array, indices: Array, padding_idx: int | None) -> tuple[Array, Graph]:
    return forward("embedding", {"weight": weight}, input=indices, padding_idx=padding_idx)


@hookimpl
def embedding_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
