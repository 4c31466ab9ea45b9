"""x is clipped at 20 and -20 against overflow, so that a sure no is never surer than 2e-9: many a tutorial."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "precision"

sigmoid_backward = sigmoid.sigmoid_backward


@hookimpl
def sigmoid_forward(x):
    return sigmoid.sigmoid_forward(np.clip(x, -20, 20))


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "sigmoid", {"x": np.array([-30.0, -21.0, 0.5])}, elementwise=True)
