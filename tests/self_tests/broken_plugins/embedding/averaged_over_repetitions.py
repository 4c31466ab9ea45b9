"""The gradient of a row is divided by how often it is looked up: someone who took scale_grad_by_freq for the
default."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "gradient"


embedding_forward = embedding.embedding_forward


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    (grad_weight,) = embedding.embedding_backward(grad_output, saved, (True,))
    counts = np.bincount(saved.indices.ravel(), minlength=len(grad_weight))
    return ((grad_weight / np.maximum(counts, 1)[:, None]).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([0, 1, 0])})
