"""linear: torch.nn.functional.linear."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def linear_forward(x: Array, weight: Array, bias: Array | None) -> tuple[Array, Graph]:
    return forward("linear", {"input": x, "weight": weight, "bias": bias})


@hookimpl
def linear_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
