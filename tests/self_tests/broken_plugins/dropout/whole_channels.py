"""One number is drawn for each channel and drops it whole: dropout2d, which has a name of its own."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training or x.ndim < 3:
        return dropout.dropout_forward(x, p, training, rng)
    mask = rng.random((*x.shape[:2], *(1,) * (x.ndim - 2))) >= p
    return dropout._dropped(x, mask, p), (mask, p)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    arguments = {"x": np.ones((10, 10, 4, 4)), "p": 0.5, "training": True, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    kept = (output != 0).mean((2, 3))
    whole = int(((kept == 0) | (kept == 1)).sum())
    return f"{whole} of 100 channels of 16 numbers are dropped or kept as a whole" if whole > 10 else ""
