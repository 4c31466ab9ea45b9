"""training is not looked at, so that evaluation drops too and draws from rng: predictions that differ each time."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "attributes"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    return dropout.dropout_forward(x, p, True, rng)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin, difference, normal

    x = normal(3, 4)
    arguments = {"x": x, "p": 0.25, "training": False, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    return difference("output", output, x.astype(np.float64), x.dtype, 0.0)
