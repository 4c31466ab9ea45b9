"""avg_pool2d: torch.nn.functional.avg_pool2d."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]
Pair = tuple[int, int]


@hookimpl
def avg_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, ceil_mode: bool, count_include_pad: bool
) -> tuple[Array, Graph]:
    return forward(
        "avg_pool2d",
        {"input": x},
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        ceil_mode=ceil_mode,
        count_include_pad=count_include_pad,
    )


@hookimpl
def avg_pool2d_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
