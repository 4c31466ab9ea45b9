"""`if padding_idx` asks whether there is a padding row, and row 0, the usual one, counts as none."""

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "attributes"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    return embedding.embedding_forward(weight, indices, padding_idx if padding_idx else None)


embedding_backward = embedding.embedding_backward


def witness() -> str:
    import numpy as np
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 1]), "padding_idx": 0})
