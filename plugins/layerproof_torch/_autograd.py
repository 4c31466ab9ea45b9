"""Forward through a PyTorch function, and backward through its graph.

The functions import torch when they are called, so that listing the plugin does not have to wait for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Graph(NamedTuple):
    """What forward saves for backward: PyTorch's output, whose graph leads to the differentiable inputs."""

    output: Any
    inputs: tuple[Any, ...]


def forward(function: str, differentiable: Mapping[str, Array | None], **others: Any) -> tuple[Array, Graph]:
    """Call a function of torch.nn.functional, or else of torch, on arrays.

    Arguments:
        function: the name of the function.
        differentiable: the differentiable inputs, arrays or None, by PyTorch's names, in the order of the contract.
        others: all other arguments by PyTorch's names; arrays become tensors, other values are passed on unchanged.

    Returns:
        ``(output, saved)``, as a forward hook does.
    """
    import torch

    call = getattr(torch.nn.functional, function, None) or getattr(torch, function)
    inputs = {name: None if array is None else tensor(array).requires_grad_() for name, array in differentiable.items()}
    constants = {name: tensor(value) if isinstance(value, np.ndarray) else value for name, value in others.items()}
    with torch.enable_grad():
        output = call(**inputs, **constants)
    return output.detach().numpy(), Graph(output, tuple(inputs.values()))


def backward(grad_output: Array, saved: Graph, needs_input_grad: Sequence[bool]) -> tuple[Array | None, ...]:
    """Return the gradient of each differentiable input that is not None and needed, and None for the others."""
    import torch

    wanted = [needed and value is not None for needed, value in zip(needs_input_grad, saved.inputs, strict=True)]
    if not any(wanted):
        return (None,) * len(wanted)
    inputs = [value for value, is_wanted in zip(saved.inputs, wanted, strict=True) if is_wanted]
    # the graph is kept, because backward may be called again
    gradient = tensor(grad_output).to(saved.output.dtype)
    gradients = iter(torch.autograd.grad(saved.output, inputs, gradient, retain_graph=True))
    return tuple(
        next(gradients).numpy().astype(grad_output.dtype, copy=False) if is_wanted else None for is_wanted in wanted
    )


def tensor(array: Array) -> Any:
    """A copy of the array as a tensor: PyTorch accepts no negative strides, and warns about read-only memory."""
    import torch

    return torch.from_numpy(np.array(array, order="C"))
