"""The rows of the last indices are kept for the next call with the same indices, even if the table has changed."""

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "state"

_last = {}


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    key = indices.shape, indices.tobytes(), weight.shape, weight.dtype
    output, saved = embedding.embedding_forward(weight, indices, padding_idx)
    if key not in _last:
        _last.clear()
        _last[key] = output
    return _last[key], saved


embedding_backward = embedding.embedding_backward


def witness() -> str:
    import numpy as np
    from witnesses import normal, stale

    call = {"weight": normal(3, 2), "indices": np.array([0, 2])}
    return stale(__file__, "embedding", call, "weight", normal(3, 2, seed=5))
