"""instance_norm: torch.nn.functional.group_norm with a group for each channel.

torch.nn.functional.instance_norm of PyTorch 2.13 fails where there is a weight but no sample.
"""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch import group_norm
from layerproof_torch._autograd import Graph

Array = NDArray[Any]


@hookimpl
def instance_norm_forward(x: Array, weight: Array | None, bias: Array | None, eps: float) -> tuple[Array, Graph]:
    return group_norm.group_norm_forward(x, weight, bias, num_groups=x.shape[1], eps=eps)


@hookimpl
def instance_norm_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return group_norm.group_norm_backward(grad_output, saved, needs_input_grad)
