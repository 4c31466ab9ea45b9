"""p is taken for the share that is kept: keep_prob of the first TensorFlow, the same at the default of 0.5."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "attributes"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    return dropout.dropout_forward(x, 1 - p, training, rng)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    arguments = {"x": np.ones(1000), "p": 0.9, "training": True, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    kept = int((output != 0).sum())
    return f"{kept} of 1000 are kept with p=0.9, but 100 should be" if kept > 200 else ""
