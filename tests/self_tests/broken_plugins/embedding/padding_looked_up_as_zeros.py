"""The output for padding_idx is zeros whatever its row holds: someone who took padding to mean that."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "attributes"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    output, saved = embedding.embedding_forward(weight, indices, padding_idx)
    if padding_idx is not None:
        output[indices == padding_idx % len(weight)] = 0
    return output, saved


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 1]), "padding_idx": 1})
