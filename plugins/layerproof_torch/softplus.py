"""softplus: torch.nn.functional.softplus."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def softplus_forward(x: Array, beta: float, threshold: float) -> tuple[Array, Graph]:
    return forward("softplus", {"input": x}, beta=beta, threshold=threshold)


@hookimpl
def softplus_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
