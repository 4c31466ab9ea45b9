"""The gradient of padding_idx is multiplied by 0, so a NaN in it stays: someone who uses masks."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import embedding

DEFECT_CLASS = "special values"


@hookimpl
def embedding_forward(weight, indices, padding_idx):
    return embedding.embedding_forward(weight, indices, None)[0], (
        embedding.embedding_forward(weight, indices, None)[1],
        padding_idx,
    )


@hookimpl
def embedding_backward(grad_output, saved, needs_input_grad):
    inner, padding_idx = saved
    (grad_weight,) = embedding.embedding_backward(grad_output, inner, (True,))
    if padding_idx is not None:
        with np.errstate(invalid="ignore"):
            grad_weight[padding_idx] *= 0
    return (grad_weight,)


def witness() -> str:
    from witnesses import differs, normal

    grad_output = normal(2, 2)
    grad_output[1] = np.nan
    return differs(
        __file__,
        "embedding",
        {"weight": normal(3, 2), "indices": np.array([0, 1]), "padding_idx": 1},
        grad_output=grad_output,
    )
