"""The mask has the shape of one sample and is broadcast over the batch: fewer random numbers, so it is faster."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training or x.ndim < 2:
        return dropout.dropout_forward(x, p, training, rng)
    mask = rng.random((1, *x.shape[1:])) >= p
    return dropout._dropped(x, mask, p), (mask, p)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    arguments = {"x": np.ones((8, 100)), "p": 0.5, "training": True, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    same = int((output == output[0]).all(0).sum())
    return f"{same} of 100 columns are the same in all of 8 samples" if same > 20 else ""
