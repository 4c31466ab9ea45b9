"""weight and bias are broadcast along the batch where it is as long as the channels: N and C are mixed up."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import instance_norm

DEFECT_CLASS = "shape"

instance_norm_backward = instance_norm.instance_norm_backward


@hookimpl
def instance_norm_forward(x, weight, bias, eps):
    if weight is None or bias is None or x.shape[0] != x.shape[1] or x.shape[1] == 1:
        return instance_norm.instance_norm_forward(x, weight, bias, eps)
    _, saved = instance_norm.instance_norm_forward(x, weight, bias, eps)
    plain, _ = instance_norm.instance_norm_forward(x, None, None, eps)
    shape = (-1, *(1,) * (x.ndim - 1))
    return np.asarray(plain * weight.reshape(shape) + bias.reshape(shape)), saved


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "instance_norm", {"x": normal(3, 3, 4), **parameters})
