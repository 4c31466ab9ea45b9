"""einsum("bhle,bhse->bhls") knows batches of heads only, and raises for one matrix or a batch without heads."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "shape"

scaled_dot_product_attention_forward = right.scaled_dot_product_attention_forward


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved, needs_input_grad):
    query, key, value, weights, scale = saved
    grad_weights = np.einsum("bhlv,bhsv->bhls", grad_output, value)
    total = (weights * grad_weights).sum(-1, keepdims=True)
    grad_scores = weights * (grad_weights - total) * np.asarray(scale, weights.dtype)
    grad_query = np.einsum("bhls,bhse->bhle", grad_scores, key)
    grad_key = np.einsum("bhls,bhle->bhse", grad_scores, query)
    return grad_query, grad_key, np.einsum("bhls,bhlv->bhsv", weights, grad_output)


def witness() -> str:
    from witnesses import normal, raises

    shapes = {"query": (4, 3), "key": (5, 3), "value": (5, 2)}
    arguments = {name: normal(2, 2, *shape) for name, shape in shapes.items()}
    if raises(__file__, "scaled_dot_product_attention", arguments):
        return ""
    arguments = {name: normal(2, *shape) for name, shape in shapes.items()}
    return raises(__file__, "scaled_dot_product_attention", arguments)
