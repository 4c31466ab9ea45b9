"""math.expm1 and math.exp for one number after the other; the results in Fortran order."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "scalar functions of the math module; results in Fortran order"

each_expm1, each_exp = np.frompyfunc(math.expm1, 1, 1), np.frompyfunc(math.exp, 1, 1)


@hookimpl
def elu_forward(x, alpha):
    with np.errstate(all="ignore"):
        below = np.asarray(each_expm1(np.minimum(x, 0).astype(np.float64)), np.float64)
        output = np.where(x > 0, x, np.where(x == 0, x, (alpha * below).astype(x.dtype)))
    return np.asarray(output, order="F"), lambda: (x, alpha)


@hookimpl
def elu_backward(grad_output, saved):
    x, alpha = saved()
    with np.errstate(all="ignore"):
        power = np.asarray(each_exp(np.minimum(x, 0).astype(np.float64)), np.float64)
        slope = grad_output * grad_output.dtype.type(alpha)
        return (np.asarray(np.where(x > 0, grad_output, (slope * power).astype(x.dtype)), order="F"),)
