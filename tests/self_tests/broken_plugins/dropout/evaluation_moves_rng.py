"""The mask is drawn before training is looked at, so that an evaluation in between changes the training after it."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    mask = rng.random(x.shape) >= p
    if not training:
        return x, None
    return dropout._dropped(x, mask, p), (mask, p)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    rng = np.random.default_rng(1)
    Plugin(__file__).forward("dropout", {"x": np.ones(10), "p": 0.5, "training": False, "rng": rng})
    drawn, untouched = rng.random(), np.random.default_rng(1).random()
    return "" if drawn == untouched else f"after evaluation rng draws {drawn}, but should draw {untouched}"
