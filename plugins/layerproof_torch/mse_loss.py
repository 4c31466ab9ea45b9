"""mse_loss: torch.nn.functional.mse_loss."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def mse_loss_forward(x: Array, target: Array, reduction: str) -> tuple[Array, Graph]:
    return forward("mse_loss", {"input": x, "target": target}, reduction=reduction)


@hookimpl
def mse_loss_backward(grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
