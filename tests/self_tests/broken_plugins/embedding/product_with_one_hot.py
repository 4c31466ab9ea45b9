"""It is a matrix product with one-hot rows, where a NaN or an infinity in any row of the table reaches all outputs:
someone who read that the two are the same."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "special values"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    one_hot = (indices[..., None] == np.arange(len(weight))).astype(weight.dtype)
    with np.errstate(all="ignore"):
        return one_hot @ weight, embedding.embedding_forward(weight, indices, padding_idx)[1]


embedding_backward = embedding.embedding_backward


def witness() -> str:
    from witnesses import differs, normal

    weight = normal(3, 2)
    weight[2, 0] = np.inf
    return differs(__file__, "embedding", {"weight": weight, "indices": np.array([0, 1])})
