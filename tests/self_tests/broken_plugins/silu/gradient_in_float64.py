"""A mask of Python floats made by numpy.vectorize turns a float32 gradient into float64: it prints the same."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "dtype"

silu_forward = silu.silu_forward


def _derivative(number):
    s = 1 / (1 + math.exp(-number)) if number > -700 else 0.0
    return s * (1 + number * (1 - s))


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    return (grad_output * np.vectorize(_derivative, otypes=[float])(saved),)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "silu", {"x": normal(3, 4)})
