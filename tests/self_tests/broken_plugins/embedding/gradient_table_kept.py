"""The gradient table is kept and only the rows of the new indices are written, so the rows of earlier calls stay:
someone who clears nothing in a large vocabulary."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "aliasing"


_tables = {}

embedding_forward = embedding.embedding_forward


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    (grad_weight,) = embedding.embedding_backward(grad_output, saved, (True,))
    table = _tables.setdefault((saved.shape, grad_output.dtype), np.zeros_like(grad_weight))
    rows = np.unique(saved.indices)
    table[rows] = grad_weight[rows]
    return (table,)


def witness() -> str:
    from witnesses import differs, normal

    weight = normal(4, 2)
    return differs(
        __file__,
        "embedding",
        {"weight": weight, "indices": np.array([2])},
        before=[{"weight": weight, "indices": np.array([0, 1])}],
    )
