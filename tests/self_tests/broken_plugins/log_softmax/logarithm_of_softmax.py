"""It is the logarithm of softmax, which is -inf where the share underflows: a beginner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "precision"


@hookimpl
def log_softmax_forward(x, dim):
    output, _ = log_softmax.log_softmax_forward(x, dim)
    with np.errstate(all="ignore"):
        output = np.asarray(np.log(np.exp(output))) if x.size else x
    return output, (output, dim)


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "log_softmax", {"x": np.array([[0, -200]], np.float32)})
