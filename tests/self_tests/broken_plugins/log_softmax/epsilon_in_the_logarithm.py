"""1e-12 is added before the logarithm, so nothing is below -27.6: someone who once met log(0)."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "precision"


@hookimpl
def log_softmax_forward(x, dim):
    output, (_, dim) = log_softmax.log_softmax_forward(x, dim)
    with np.errstate(all="ignore"):
        output = np.asarray(np.log(np.exp(output) + x.dtype.type(1e-12)))
    return output, (output, dim)


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "log_softmax", {"x": np.array([[0, -50]], np.float32)})
