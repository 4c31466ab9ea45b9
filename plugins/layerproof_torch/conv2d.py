"""conv2d: torch.nn.functional.conv2d."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]
Pair = tuple[int, int]


@hookimpl
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> tuple[Array, Graph]:
    return forward(
        "conv2d",
        {"input": x, "weight": weight, "bias": bias},
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    )


@hookimpl
def conv2d_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
