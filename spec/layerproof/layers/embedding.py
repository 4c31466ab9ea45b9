"""embedding: every index becomes a row of a table.

output[...] = weight[indices[...]]
"""

from typing import Any

from layerproof.layers._arguments import Array, check_float_array, check_int, check_int64_array
from layerproof.layers._output_sizes import Lengths
from layerproof.markers import hookspec

ARGUMENTS = {"weight": "V D", "indices": "index ..."}
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


def output_shape(weight: Lengths, indices: Lengths, **_: Any) -> Lengths:
    """The shape of the output, for the shapes of the arrays."""
    return *indices, weight[1]


@hookspec(firstresult=True)
def embedding_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_weight,)``, (V, D), for grad_output (*indices.shape, D).

    Each row is the sum of grad_output over all places where its index stands: a sum, also where an index comes a
    million times. Rows that no index names are 0. The row of padding_idx is 0, even where its grad_output is NaN or
    infinite.
    """


def validate(weight: Array, indices: Array, padding_idx: int | None) -> None:
    """Raise ValueError, naming the argument and both values, for an index without a row."""
    check_float_array("weight", weight, 2, "(V, D)")
    check_int64_array("indices", indices)
    rows = weight.shape[0]
    if indices.size:
        lowest, highest = int(indices.min()), int(indices.max())
        if lowest < 0 or highest >= rows:
            wrong = lowest if lowest < 0 else highest
            raise ValueError(
                f"`indices` (among them {wrong}) must be from 0 to {rows - 1}, for `weight`.shape[0] (={rows})"
            )
    if padding_idx is not None:
        check_int("padding_idx", padding_idx)
        if not -rows <= padding_idx < rows:
            raise ValueError(
                f"`padding_idx` (={padding_idx}) must be from {-rows} to {rows - 1}, for `weight`.shape[0] (={rows})"
            )
