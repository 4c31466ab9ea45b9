"""Forward through a PyTorch function, and backward through its graph.

torch is imported in the functions and not above, so that a look at the plugin does not wait for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Graph(NamedTuple):
    """What a forward leaves for its backward: PyTorch's output, whose graph leads to the differentiable inputs."""

    output: Any
    inputs: tuple[Any, ...]


def forward(function: str, differentiable: Mapping[str, Array | None], **others: Any) -> tuple[Array, Graph]:
    """Call a function of torch.nn.functional, or else of torch, on arrays.

    Arguments:
        function: its name.
        differentiable: PyTorch's name of each differentiable input, in the contract's order, and its array or None.
        others: everything else by PyTorch's names; arrays become tensors, other values pass through.

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
    """Return the gradient of each differentiable input that is there and needed, and None for the others."""
    import torch

    asked = [needed and value is not None for needed, value in zip(needs_input_grad, saved.inputs, strict=True)]
    if not any(asked):
        return (None,) * len(asked)
    inputs = [value for value, wanted in zip(saved.inputs, asked, strict=True) if wanted]
    # the graph is kept, because backward may be called again
    given = tensor(grad_output).to(saved.output.dtype)
    gradients = iter(torch.autograd.grad(saved.output, inputs, given, retain_graph=True))
    return tuple(next(gradients).numpy().astype(grad_output.dtype, copy=False) if wanted else None for wanted in asked)


def tensor(array: Array) -> Any:
    """A copy as a tensor: PyTorch takes no negative strides, and warns of read-only memory."""
    import torch

    return torch.from_numpy(np.array(array, order="C"))
