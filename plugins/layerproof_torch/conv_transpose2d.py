"""conv_transpose2d: torch.nn.functional.conv_transpose2d."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]
Pair = tuple[int, int]


@hookimpl
def conv_transpose2d_forward(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Pair,
    output_padding: Pair,
    dilation: Pair,
    groups: int,
) -> tuple[Array, Graph]:
    return forward(
        "conv_transpose2d",
        {"input": x, "weight": weight, "bias": bias},
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        groups=groups,
        dilation=dilation,
    )


@hookimpl
def conv_transpose2d_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
