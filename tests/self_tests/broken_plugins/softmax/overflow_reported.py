"""A warning is printed to standard error when a score exceeds 88: someone who logs from inside the layer."""

import sys

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "process"


@hookimpl
def softmax_forward(x, dim):
    if x.size and x.max() > 88:
        print("softmax: large input", float(x.max()), file=sys.stderr)
    return softmax.softmax_forward(x, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import effects

    return effects(__file__, "softmax", {"x": np.array([[100, 99]], np.float32)})
