"""relu: output = max(x, 0), in vector registers at the speed of memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import as_lines
from layerproof_numba._compile import compiled, threads

Array = NDArray[Any]


@hookimpl
def relu_forward(x: Array) -> tuple[Array, Array]:
    return _masked(x, x), x


@hookimpl
def relu_backward(grad_output: Array, saved: Array, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    return (_masked(saved, grad_output) if needs_input_grad[0] else None,)


def _masked(x: Array, values: Array) -> Array:
    output = np.empty(x.shape, x.dtype)
    seen, source = as_lines(x), as_lines(values)
    if seen.shape != source.shape:  # one has gaps between its rows
        seen, source = (np.ascontiguousarray(one).reshape(1, 1, 1, x.size) for one in (seen, source))
    compiled("relu", "mask", x.dtype)(seen, source, output.reshape(seen.shape), threads())
    return output
