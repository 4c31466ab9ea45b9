"""silu: torch.nn.functional.silu."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def silu_forward(x: Array) -> tuple[Array, Graph]:
    return forward("silu", {"input": x})


@hookimpl
def silu_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
