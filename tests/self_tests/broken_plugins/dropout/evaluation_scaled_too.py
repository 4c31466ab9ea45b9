"""Training scales up and evaluation scales down as well: two tutorials of different age in one layer."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "attributes"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    output, saved = dropout.dropout_forward(x, p, training, rng)
    return output if training else np.asarray(output * (1 - p)), saved


def witness() -> str:
    from witnesses import Plugin, difference, normal

    x = normal(3, 4)
    arguments = {"x": x, "p": 0.25, "training": False, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    return difference("output", output, x.astype(np.float64), x.dtype, 0.0)
