"""A generator with the seed 0 is made in each call and rng left alone: reproducible, and the same mask for ever."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    return dropout.dropout_forward(x, p, training, np.random.default_rng(0))


def witness() -> str:
    from witnesses import Plugin

    plugin, rng = Plugin(__file__), np.random.default_rng(1)
    arguments = {"x": np.ones(1000), "p": 0.5, "training": True, "rng": rng}
    masks = [plugin.forward("dropout", arguments)[0][0] != 0 for _ in range(2)]
    same = int((masks[0] == masks[1]).sum())
    return f"two draws from one rng agree in {same} of 1000 places" if same > 900 else ""
