"""Lambert's fraction with the ends cut off, good to 1e-4, stands in for tanh: audio code, where nobody hears it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "precision"

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    t = np.clip(x, -4.97, 4.97)
    s = t * t
    above = t * (135135 + s * (17325 + s * (378 + s)))
    below = 135135 + s * (62370 + s * (3150 + s * 28))
    output = np.asarray(above / below)
    return output, output


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "tanh", {"x": np.array([0.5, 2.0, 4.0, 4.9], np.float32)}, relative=1e-5)
