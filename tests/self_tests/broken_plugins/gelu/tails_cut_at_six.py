"""Beyond 6 the output is x, and below -6 it is 0, which float32 hardly notices."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "dtype"


@hookimpl
def gelu_forward(x, approximate):
    output, saved = gelu.gelu_forward(x, approximate)
    if approximate == "none":
        output = np.where(x > 6, x, np.where(x < -6, x.dtype.type(0), output))
    return output, saved


gelu_backward = gelu.gelu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "gelu", {"x": np.array([-6.01, 0.5])}, relative=1e-11)
