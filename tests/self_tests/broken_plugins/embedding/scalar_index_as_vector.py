"""A 0-d index gives (1, D) and not (D,): someone who makes everything at least one-dimensional."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "shape"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    output, saved = embedding.embedding_forward(weight, np.atleast_1d(indices), padding_idx)
    return output, saved


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    return embedding.embedding_backward(
        grad_output.reshape(*saved.indices.shape, saved.shape[1]), saved, needs_input_grad
    )


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array(1)})
