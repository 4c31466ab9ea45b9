"""The gradient is a pair of rows and values and not a table: someone who ported sparse=True."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "structure"


embedding_forward = embedding.embedding_forward


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    (grad_weight,) = embedding.embedding_backward(grad_output, saved, (True,))
    rows = np.unique(saved.indices)
    return ((rows, grad_weight[rows]),)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 1])})
