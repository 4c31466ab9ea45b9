"""The derivative is left for backward in one buffer per shape, so two layers of a network mix: an engine's arena."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "state"

_scratch = {}


@hookimpl
def gelu_forward(x, approximate):
    output, saved = gelu.gelu_forward(x, approximate)
    derivative = _scratch.setdefault((x.shape, x.dtype), np.empty(x.shape, x.dtype))
    derivative[...] = gelu.gelu_backward(np.ones_like(x), saved, (True,))[0]
    return output, derivative


@hookimpl
def gelu_backward(grad_output, saved, needs_input_grad):
    return (np.asarray(grad_output * saved),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 4)}, between=[{"x": normal(3, 4, seed=1)}])
