"""group_norm: torch.nn.functional.group_norm."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def group_norm_forward(
    x: Array, weight: Array | None, bias: Array | None, num_groups: int, eps: float
) -> tuple[Array, Graph]:
    if weight is not None or bias is None:
        return forward("group_norm", {"input": x, "weight": weight, "bias": bias}, num_groups=num_groups, eps=eps)
    # on the CPU, the backward of PyTorch 2.13 fails for a bias without a weight
    ones = np.ones(bias.shape, bias.dtype)
    output, graph = forward("group_norm", {"input": x, "bias": bias}, weight=ones, num_groups=num_groups, eps=eps)
    x_tensor, bias_tensor = graph.inputs
    return output, Graph(graph.output, (x_tensor, None, bias_tensor))


@hookimpl
def group_norm_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
