"""The numbers drawn are bytes, compared with p in units of 1/256: small probabilities drop nothing."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout
from layerproof_reference.dropout import _dropped

DEFECT_CLASS = "random"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.integers(0, 256, x.shape) >= int(256 * p)
    return _dropped(x, mask, p), (mask, p)


dropout_backward = dropout.dropout_backward


def witness() -> str:
    from witnesses import Plugin

    call = {"x": np.ones(100_000), "p": 0.003, "rng": np.random.default_rng(3)}
    (output,), _ = Plugin(__file__).forward("dropout", call)
    dropped = int((output == 0).sum())
    return "" if dropped else "p=0.003 drops 0 of 100000, but should drop about 300"
