"""The indices are flattened in the order of memory, the gradient in that of indices: someone who wrote ravel("K")."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "layout"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    output, saved = embedding.embedding_forward(weight, indices, padding_idx)
    return output, saved._replace(indices=indices.ravel("K"))


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(
        __file__, "embedding", {"weight": normal(6, 1), "indices": laid_out(np.arange(6).reshape(2, 3), "fortran")}
    )
