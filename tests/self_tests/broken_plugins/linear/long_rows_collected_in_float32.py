"""Rows of more than 512 inputs are multiplied in blocks, whose results are collected in float32."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "sizes"


@hookimpl
def linear_forward(x, weight, bias):
    output, saved = linear.linear_forward(x, weight, bias)
    inputs = x.shape[-1]
    if inputs > 512:
        with np.errstate(all="ignore"):
            total = np.zeros(output.shape, np.float32)
            for begin in range(0, inputs, 512):
                total += x[..., begin : begin + 512] @ weight[:, begin : begin + 512].T
            output = total.astype(x.dtype) if bias is None else total + bias
    return output, saved


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "linear", {"x": normal(2, 600, dtype="float64"), "weight": normal(3, 600, seed=1, dtype="float64")}
    )
