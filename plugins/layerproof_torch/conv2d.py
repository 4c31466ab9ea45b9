"""conv2d: torch.nn.functional.conv2d."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]
Pair = tuple[int, int]

# From 14 columns of the kernel on, PyTorch 2.13 (oneDNN with AVX-512) gets grad_weight wrong in float32 when the
# output has one column: by as much as the gradient itself for 16 channels and a 16x16 kernel on a 16x16 image. In
# float64 it is right.
WIDE = 14


@hookimpl
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> tuple[Array, Graph]:
    given = {"input": x, "weight": weight, "bias": bias}
    if weight.shape[3] >= WIDE:
        given = {name: None if array is None else array.astype(np.float64) for name, array in given.items()}
    output, graph = forward("conv2d", given, stride=stride, padding=padding, dilation=dilation, groups=groups)
    return output.astype(x.dtype, copy=False), graph


@hookimpl
def conv2d_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
