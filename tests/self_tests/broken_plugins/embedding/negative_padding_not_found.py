"""A negative padding_idx equals no index, so its row is trained: someone who compares numbers only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "attributes"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    return embedding.embedding_forward(
        weight, indices, padding_idx if padding_idx is None or padding_idx >= 0 else None
    )


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 2]), "padding_idx": -1})
