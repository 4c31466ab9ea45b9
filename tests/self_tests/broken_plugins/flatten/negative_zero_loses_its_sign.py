"""A copy is forced by adding 0, which turns -0.0 into 0.0, though the values are promised bit for bit: someone who
feared views."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "special values"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    return flatten.flatten_forward(x + 0, start_dim, end_dim)


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import Plugin

    x = np.full((1, 2), -0.0, np.float32)
    (output,), _ = Plugin(__file__).forward("flatten", {"x": x})
    lost = int((~np.signbit(output)).sum())
    return f"{lost} of {x.size} values of -0.0 come out as 0.0" if lost else ""
