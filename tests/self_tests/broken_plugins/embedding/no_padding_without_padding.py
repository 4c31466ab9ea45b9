"""padding_idx 0 is taken for no padding, because 0 is false: someone who wrote "if padding_idx"."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "attributes"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    return embedding.embedding_forward(weight, indices, padding_idx or None)


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 2]), "padding_idx": 0})
