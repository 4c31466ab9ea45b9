"""A NaN in x ends the process with a message: someone who was tired of trainings that went on diverged."""

import sys

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "process"

gelu_backward = gelu.gelu_backward


@hookimpl
def gelu_forward(x, approximate):
    if np.isnan(x).any():
        sys.exit("gelu: the activations diverged")
    return gelu.gelu_forward(x, approximate)


def witness() -> str:
    from witnesses import effects

    return effects(__file__, "gelu", {"x": np.array([1.0, np.nan], np.float32)})
