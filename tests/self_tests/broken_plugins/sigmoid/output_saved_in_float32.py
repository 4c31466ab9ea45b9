"""The output is kept in float32 for backward, also for float64."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "dtype"


@hookimpl
def sigmoid_forward(x):
    output, _ = sigmoid.sigmoid_forward(x)
    return output, output.astype(np.float32)


@hookimpl
def sigmoid_backward(grad_output, saved, needs_input_grad):
    return sigmoid.sigmoid_backward(grad_output, saved.astype(grad_output.dtype), needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "sigmoid", {"x": normal(5, dtype="float64")})
