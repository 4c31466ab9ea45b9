"""relu: output = max(x, 0), in vector registers at the speed of memory."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, with_rows
from layerproof_numba._compile import run

Array = NDArray[Any]

# Bytes of the smallest vector register; for each register that x fills there is one number whose bits are signs.
REGISTER = 16


class Saved(NamedTuple):
    """What backward needs: x, and bits that say where x is 0 or below (None for images with gaps)."""

    x: Array
    signs: Array | None


@hookimpl
def relu_forward(x: Array) -> tuple[Array, Saved]:
    output = np.empty(x.shape, x.dtype)
    if x.ndim == 4 and not x.flags.c_contiguous:
        run("relu", "forward_lines", x.dtype, x.size, with_rows(x), output)
        return output, Saved(x, None)
    signs = np.empty(x.nbytes // REGISTER + 1, np.uint16)
    run("relu", "forward", x.dtype, x.size, flat(x), output.reshape(-1), signs)
    return output, Saved(x, signs)


@hookimpl
def relu_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    x, signs = saved
    grad_x = np.empty(x.shape, x.dtype)
    if signs is None or (x.ndim == 4 and not grad_output.flags.c_contiguous):
        run("relu", "backward_lines", x.dtype, x.size, with_rows(x), with_rows(grad_output), grad_x)
    else:
        run("relu", "backward", x.dtype, x.size, signs, flat(grad_output), grad_x.reshape(-1))
    return (grad_x,)
