"""A row that is looked up twice gets the last gradient only, because indexed += does not add up: nearly everyone,
once."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "gradient"


embedding_forward = embedding.embedding_forward


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    grad_weight = np.zeros(saved.shape, grad_output.dtype)
    grad_weight[saved.indices] += grad_output
    if saved.padding_idx is not None:
        grad_weight[saved.padding_idx] = 0
    return (grad_weight,)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 1, 0])})
