"""binary_cross_entropy_with_logits: torch.nn.functional.binary_cross_entropy_with_logits."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def binary_cross_entropy_with_logits_forward(x: Array, target: Array, reduction: str) -> tuple[Array, Graph]:
    return forward("binary_cross_entropy_with_logits", {"input": x}, target=target, reduction=reduction)


@hookimpl
def binary_cross_entropy_with_logits_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
