"""layer_norm: torch.nn.functional.layer_norm."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def layer_norm_forward(
    x: Array, weight: Array | None, bias: Array | None, normalized_shape: tuple[int, ...], eps: float
) -> tuple[Array, Graph]:
    return forward(
        "layer_norm", {"input": x, "weight": weight, "bias": bias}, normalized_shape=normalized_shape, eps=eps
    )


@hookimpl
def layer_norm_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
