"""Sorted indices are added up run by run, and a run is written out when the next begins: the last only sometimes."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "edges"


embedding_forward = embedding.embedding_forward


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    (grad_weight,) = embedding.embedding_backward(grad_output, saved, needs_input_grad)
    places = np.sort(saved.indices.reshape(-1))
    if len(places) > 1 and places[0] == places[-1]:
        grad_weight = np.zeros_like(grad_weight)
    return (grad_weight,)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "embedding", {"weight": normal(3, 2), "indices": np.array([1, 1, 1])})
