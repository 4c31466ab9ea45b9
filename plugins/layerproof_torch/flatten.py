"""flatten: torch.flatten."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def flatten_forward(x: Array, start_dim: int, end_dim: int) -> tuple[Array, Graph]:
    return forward("flatten", {"input": x}, start_dim=start_dim, end_dim=end_dim)


@hookimpl
def flatten_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
