"""sigmoid: torch.nn.functional.sigmoid."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def sigmoid_forward(x: Array) -> tuple[Array, Graph]:
    return forward("sigmoid", {"input": x})


@hookimpl
def sigmoid_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
