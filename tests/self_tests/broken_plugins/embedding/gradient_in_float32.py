"""The gradient table is float32 for float64 too: someone who wrote the dtype out."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "dtype"


embedding_forward = embedding.embedding_forward


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    (grad_weight,) = embedding.embedding_backward(grad_output, saved, needs_input_grad)
    return (grad_weight if grad_weight is None else grad_weight.astype(np.float32),)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "embedding", {"weight": normal(3, 2, dtype="float64"), "indices": np.array([0, 1])})
