"""1 / sqrt by the famous bit trick and two steps of Newton, whatever the dtype."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "precision"


def inverse_root(value):
    single = value.astype(np.float32)
    guess = (np.int32(0x5F3759DF) - (single.view(np.int32) >> 1)).view(np.float32).astype(np.float64)
    for _ in range(2):
        guess = guess * (1.5 - 0.5 * value * guess * guess)
    return guess


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    output, saved = layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)
    normalized = saved.normalized
    with np.errstate(all="ignore"):
        scale = normalized.scale
        usual = (scale > 1e-10) & (scale < 1e10)
        factor = np.where(usual, inverse_root(np.where(usual, scale, 1) ** -2) / scale, 1)
        rows = normalized.rows * factor
        output = rows.reshape(x.shape)
        output = output if weight is None else output * weight
        output = output if bias is None else output + bias
    saved = saved._replace(normalized=normalized._replace(rows=rows, scale=scale * factor))
    return output.astype(x.dtype), saved


layer_norm_backward = layer_norm.layer_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "layer_norm", {"x": normal(8, 5), "normalized_shape": (5,)}, relative=1e-6)
