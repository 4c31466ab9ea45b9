"""numpy.sqrt(2 / numpy.pi) is a float64 scalar, which since NumPy 2 makes a float32 output float64: older code."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "dtype"

gelu_backward = gelu.gelu_backward


@hookimpl
def gelu_forward(x, approximate):
    if approximate == "none":
        return gelu.gelu_forward(x, approximate)
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return np.asarray(0.5 * x * (1 + np.tanh(u))), (x, approximate)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "gelu", {"x": normal(3, 4), "approximate": "tanh"})
