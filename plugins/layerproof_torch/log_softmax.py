"""log_softmax: torch.nn.functional.log_softmax."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def log_softmax_forward(x: Array, dim: int) -> tuple[Array, Graph]:
    return forward("log_softmax", {"input": x}, dim=dim)


@hookimpl
def log_softmax_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
