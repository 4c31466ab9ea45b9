"""Draws half of the numbers and uses u and 1 - u (antithetic variates): with p = 0.5 the halves are each other's
opposite, so they are not independent."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout
from layerproof_reference.dropout import _dropped

DEFECT_CLASS = "random"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    numbers = rng.random(x.size)
    half = x.size // 2
    numbers[x.size - half :] = 1 - numbers[:half]
    mask = (numbers >= p).reshape(x.shape)
    return _dropped(x, mask, p), (mask, p)


dropout_backward = dropout.dropout_backward


def witness() -> str:
    from witnesses import Plugin

    x = np.ones(4000)
    (output,), _ = Plugin(__file__).forward("dropout", {"x": x, "p": 0.5, "rng": np.random.default_rng(3)})
    same = int((output[:2000] == output[2000:]).sum())
    return f"the halves of the mask agree in {same} of 2000 places, but should in about 1000" if same < 800 else ""
