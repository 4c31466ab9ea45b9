"""Even sizes from 8 on are multiplied by one step of Strassen: small rows drown in the rounding of large ones."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "precision"


def product(a, b):
    if min(*a.shape, b.shape[1]) < 8 or any(length % 2 for length in (*a.shape, b.shape[1])):
        return a @ b
    n, k, m = a.shape[0] // 2, a.shape[1] // 2, b.shape[1] // 2
    a11, a12, a21, a22 = a[:n, :k], a[:n, k:], a[n:, :k], a[n:, k:]
    b11, b12, b21, b22 = b[:k, :m], b[:k, m:], b[k:, :m], b[k:, m:]
    m1, m2, m3 = (a11 + a22) @ (b11 + b22), (a21 + a22) @ b11, a11 @ (b12 - b22)
    m4, m5 = a22 @ (b21 - b11), (a11 + a12) @ b22
    m6, m7 = (a21 - a11) @ (b11 + b12), (a12 - a22) @ (b21 + b22)
    return np.block([[m1 + m4 - m5 + m7, m3 + m5], [m2 + m4, m1 - m2 + m3 + m6]])


@hookimpl
def linear_forward(x, weight, bias):
    with np.errstate(all="ignore"):
        output = product(x.reshape(-1, x.shape[-1]) if x.size else np.zeros((0, 0), x.dtype), weight.T)
        if not x.size:
            return linear.linear_forward(x, weight, bias)
        output = output if bias is None else output + bias
    return output.reshape(*x.shape[:-1], len(weight)), (x, weight, bias is not None)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(8, 8)
    x[:4] *= 1e6
    return differs(__file__, "linear", {"x": x, "weight": normal(8, 8, seed=1)}, relative=1e-2, elementwise=True)
