"""elu: torch.nn.functional.elu."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def elu_forward(x: Array, alpha: float) -> tuple[Array, Graph]:
    return forward("elu", {"input": x}, alpha=alpha)


@hookimpl
def elu_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
