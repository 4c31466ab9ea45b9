"""embedding: Rows of a table, looked up by index.

output[...] = weight[indices[...]]
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"weight": "V D", "indices": "index ... < V", "padding_idx": "int?"}
OUTPUTS = {"output": "... D"}
DIFFERENTIABLE = ("weight",)
NEUTRAL = {"padding_idx": None}


@hookspec(firstresult=True)
def embedding_forward(weight: Array, indices: Array, padding_idx: int | None) -> tuple[Array, Any] | None:
    """Look up rows of a table.

    Arguments:
        weight: (V, D), float32 or float64, any strides, perhaps read-only.
        indices: any shape, also 0-d or empty, int64, each from 0 to V - 1 (negative ones are refused), any strides,
            perhaps read-only.
        padding_idx: the row that is not trained, from -V to V - 1, negative ones counted from the end; or None.

    Returns:
        ``(output, saved)``: output (*indices.shape, D) with the dtype of weight; saved is whatever backward needs.
        None declines this configuration.

    Edges: the result is exact, NaN and infinities included. The output for padding_idx is its row, whatever that
    holds: padding_idx changes only the gradient.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.embedding.html
    """


@hookspec(firstresult=True)
def embedding_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_weight,)``, (V, D), for grad_output (*indices.shape, D).

    Each row is the sum of grad_output over all places where its index stands: a sum, also where an index comes a
    million times. Rows that no index names are 0. The row of padding_idx is 0, even where its grad_output is NaN or
    infinite.
    """


def validate(weight: Array, padding_idx: int | None) -> None:
    """Raise ValueError for a padding_idx without a row."""
    rows = weight.shape[0]
    if padding_idx is not None and not -rows <= padding_idx < rows:
        raise ValueError(
            f"`padding_idx` (={padding_idx}) must be from {-rows} to {rows - 1}, for `weight`.shape[0] (={rows})"
        )
