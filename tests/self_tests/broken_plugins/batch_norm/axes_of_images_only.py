"""Statistics run over axes 0, 2 and 3 of images and over axis 0 of anything else: (N, C, L) was not thought of."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "shape"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    if x.ndim in (2, 4) or not training:
        return batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    columns = x.reshape(len(x), -1)
    repeated = [
        None if value is None else np.repeat(value, columns.shape[1] // x.shape[1])
        for value in (weight, bias, running_mean, running_var)
    ]
    (y, mean, var), saved = batch_norm.batch_norm_forward(columns, *repeated, training, momentum, eps)
    return (y.reshape(x.shape), mean, var), saved


def witness() -> str:
    from witnesses import Plugin, difference, expected, normal

    arguments = {"x": normal(4, 3, 5), "training": True}
    (output, _, _), _ = Plugin(__file__).forward("batch_norm", arguments)
    return difference("output", output, expected("batch_norm", arguments).outputs[0], np.float32, 1e-4)
