"""gelu: torch.nn.functional.gelu."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def gelu_forward(x: Array, approximate: str) -> tuple[Array, Graph]:
    return forward("gelu", {"input": x}, approximate=approximate)


@hookimpl
def gelu_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
