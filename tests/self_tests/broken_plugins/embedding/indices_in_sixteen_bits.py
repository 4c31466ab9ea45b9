"""Indices are kept as int16, so the gradients of large tables go elsewhere: someone who saves memory for short
texts."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "sizes"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    output, saved = embedding.embedding_forward(weight, indices, padding_idx)
    return output, saved._replace(indices=saved.indices.astype(np.int16))


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(40000, 1), "indices": np.array([1, 35000])})
