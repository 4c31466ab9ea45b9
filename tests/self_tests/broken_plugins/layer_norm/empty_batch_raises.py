"""x.reshape(*leading, -1) cannot find the length of a row among no values: NumPy's trap for whoever is lazy."""

import math

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "edges"

layer_norm_backward = layer_norm.layer_norm_backward


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    rows = x.reshape(*x.shape[: x.ndim - len(normalized_shape)], -1)
    weights = [None if value is None else value.reshape(-1) for value in (weight, bias)]
    output, saved = layer_norm.layer_norm_forward(rows, *weights, (math.prod(normalized_shape),), eps)
    return output.reshape(x.shape), saved._replace(normalized_shape=normalized_shape)


def witness() -> str:
    from witnesses import differs, normal, raises

    if differs(__file__, "layer_norm", {"x": normal(3, 2, 4), "normalized_shape": (2, 4)}):
        return ""
    return raises(__file__, "layer_norm", {"x": normal(0, 2, 4), "normalized_shape": (2, 4)})
