"""The row of padding_idx is set to 0 in weight itself: someone who repeats what a constructor does once."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "mutation"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    if padding_idx is not None and weight.flags.writeable:
        weight[padding_idx] = 0
    return embedding.embedding_forward(weight, indices, padding_idx)


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 1]), "padding_idx": 2})
