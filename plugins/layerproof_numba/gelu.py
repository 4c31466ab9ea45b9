"""gelu: output = x * Phi(x), with the normal distribution function Phi or its approximation by tanh."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat
from layerproof_numba._compile import run

Array = NDArray[Any]

# The work for one value, relative to a value that is only read and written.
WORK = 4


@hookimpl
def gelu_forward(x: Array, approximate: str) -> tuple[Array, tuple[Array, bool]]:
    values, exact = flat(x), approximate == "none"
    output = np.empty(x.shape, x.dtype)
    run("gelu", "forward", x.dtype, WORK * x.size, values, output.reshape(-1), exact)
    return output, (values, exact)


@hookimpl
def gelu_backward(grad_output: Array, saved: tuple[Array, bool], needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    x, exact = saved
    grad_x = np.empty(grad_output.shape, grad_output.dtype)
    run("gelu", "backward", x.dtype, WORK * x.size, flat(grad_output), x, grad_x.reshape(-1), exact)
    return (grad_x,)
