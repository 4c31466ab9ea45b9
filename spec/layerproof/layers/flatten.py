"""flatten: Neighbouring axes merged into one.

output = x with the axes start_dim to end_dim, both included, replaced by one of their product's length.
"""

import math
from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "start_dim": "axis of x", "end_dim": "axis of x"}
OUTPUTS = {"output": "...'"}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"start_dim": 0, "end_dim": -1}


@hookspec(firstresult=True)
def flatten_forward(x: Array, start_dim: int, end_dim: int) -> tuple[Array, Any] | None:
    """Merge neighbouring axes into one, in row-major order.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        start_dim, end_dim: first and last axis to merge, counted from either end; start_dim is not after end_dim.
            The order is that of the indices, whatever the layout in memory.

    Returns:
        ``(output, saved)``: output has the dtype of x, and may be a view of it; saved is whatever backward needs. None
        declines this configuration.

    Edges: the values are those of x bit for bit, NaN too. With start_dim equal to end_dim the shape stays. A 0-d array,
    which counts as one axis, becomes (1,). An axis of length 0 makes the merged one 0 long.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.flatten.html
    """


def output_size(x: tuple[int, ...], start_dim: int, end_dim: int) -> tuple[int, ...]:
    """The whole shape of the output, for that of x."""
    axes = x or (1,)
    start, end = start_dim % len(axes), end_dim % len(axes)
    return *axes[:start], math.prod(axes[start : end + 1]), *axes[end + 1 :]


@hookspec(firstresult=True)
def flatten_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)``: grad_output in the shape of x, perhaps a view of it."""


def validate(x: Array, start_dim: int, end_dim: int) -> None:
    """Raise ValueError for a first axis behind the last."""
    axes = max(x.ndim, 1)
    if start_dim % axes > end_dim % axes:
        raise ValueError(
            f"`start_dim` (={start_dim}) must not come after `end_dim` (={end_dim}) for an array of {x.ndim} dimensions"
        )
