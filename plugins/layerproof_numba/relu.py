"""relu: output = max(x, 0), in vector registers at the speed of memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, with_rows
from layerproof_numba._compile import run

Array = NDArray[Any]


@hookimpl
def relu_forward(x: Array) -> tuple[Array, Array]:
    output = np.empty(x.shape, x.dtype)
    if x.ndim == 4 and not x.flags.c_contiguous:
        run("relu", "forward_lines", x.dtype, x.size, with_rows(x), output)
    else:
        run("relu", "forward", x.dtype, x.size, flat(x), output.reshape(-1))
    return output, x


@hookimpl
def relu_backward(grad_output: Array, saved: Array, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    x, grad_x = saved, np.empty(saved.shape, saved.dtype)
    if x.ndim == 4 and not (x.flags.c_contiguous and grad_output.flags.c_contiguous):
        run("relu", "backward_lines", x.dtype, x.size, with_rows(x), with_rows(grad_output), grad_x)
    else:
        run("relu", "backward", x.dtype, x.size, flat(x), flat(grad_output), grad_x.reshape(-1))
    return (grad_x,)
