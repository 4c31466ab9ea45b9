"""Rows are read from the table's memory as if they lay one after the other, which a transposed table's do not."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "layout"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    table = np.ravel(weight, order="K").reshape(weight.shape)
    return embedding.embedding_forward(table, indices, padding_idx)


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(__file__, "embedding", {"weight": laid_out(normal(3, 2), "fortran"), "indices": np.array([0, 1])})
