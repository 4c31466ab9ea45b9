"""conv2d: torch.nn.functional.conv2d."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]
Pair = tuple[int, int]

# For kernels of 14 columns and more, PyTorch 2.13 (oneDNN with AVX-512) computes a wrong grad_weight in float32 if the
# output has one column: for 16 channels and a 16x16 kernel on a 16x16 image, the error is as large as the gradient. In
# float64 it is right.
WIDE_KERNEL = 14


@hookimpl
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> tuple[Array, Graph]:
    inputs = {"input": x, "weight": weight, "bias": bias}
    if weight.shape[3] >= WIDE_KERNEL:
        inputs = {name: None if array is None else array.astype(np.float64) for name, array in inputs.items()}
    output, graph = forward("conv2d", inputs, stride=stride, padding=padding, dilation=dilation, groups=groups)
    return output.astype(x.dtype, copy=False), graph


@hookimpl
def conv2d_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
