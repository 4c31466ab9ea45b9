"""Exactly round(p * n) elements are drawn for dropping, so they are not independent: sampling without replacement."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = np.ones(x.size, bool)
    mask[rng.permutation(x.size)[: round(p * x.size)]] = False
    mask = mask.reshape(x.shape)
    return dropout._dropped(x, mask, p), (mask, p)


def witness() -> str:
    from witnesses import Plugin

    plugin, rng = Plugin(__file__), np.random.default_rng(1)
    arguments = {"x": np.ones(400), "p": 0.5, "training": True, "rng": rng}
    counts = {int((plugin.forward("dropout", arguments)[0][0] != 0).sum()) for _ in range(30)}
    return f"{counts.pop()} of 400 are kept in each of 30 calls" if len(counts) == 1 else ""
