"""adaptive_avg_pool2d: torch.nn.functional.adaptive_avg_pool2d."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]
Pair = tuple[int, int]


@hookimpl
def adaptive_avg_pool2d_forward(x: Array, output_size: Pair) -> tuple[Array, Graph]:
    return forward("adaptive_avg_pool2d", {"input": x}, output_size=output_size)


@hookimpl
def adaptive_avg_pool2d_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
