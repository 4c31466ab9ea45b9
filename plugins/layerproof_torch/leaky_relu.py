"""leaky_relu: torch.nn.functional.leaky_relu."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def leaky_relu_forward(x: Array, negative_slope: float) -> tuple[Array, Graph]:
    return forward("leaky_relu", {"input": x}, negative_slope=negative_slope)


@hookimpl
def leaky_relu_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
