"""rms_norm: torch.nn.functional.rms_norm."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def rms_norm_forward(
    x: Array, weight: Array | None, normalized_shape: tuple[int, ...], eps: float | None
) -> tuple[Array, Graph]:
    return forward("rms_norm", {"input": x, "weight": weight}, normalized_shape=normalized_shape, eps=eps)


@hookimpl
def rms_norm_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
