"""batch_norm: torch.nn.functional.batch_norm."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward, tensor

Array = NDArray[Any]


@hookimpl
def batch_norm_forward(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    running_mean: Array | None,
    running_var: Array | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[tuple[Array, Array | None, Array | None], Graph]:
    # PyTorch updates the running statistics in place, so it gets copies
    new_mean = None if running_mean is None else tensor(running_mean)
    new_var = None if running_var is None else tensor(running_var)
    output, graph = forward(
        "batch_norm",
        {"input": x, "weight": weight, "bias": bias},
        running_mean=new_mean,
        running_var=new_var,
        training=training,
        momentum=momentum,
        eps=eps,
    )
    return (output, None if new_mean is None else new_mean.numpy(), None if new_var is None else new_var.numpy()), graph


@hookimpl
def batch_norm_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
