"""dropout: output = x * mask / (1 - p) in training, and x in evaluation.

The mask equals ``rng.random(x.shape) >= p``, and rng is afterwards in the same state as after that call.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat
from layerproof_numba._compile import run

Array = NDArray[Any]

# Random numbers are drawn in blocks of this size.
LANES = 32
BITS = 53


@hookimpl
def dropout_forward(
    x: Array, p: float, training: bool, rng: np.random.Generator
) -> tuple[Array, tuple[Array, float] | None]:
    if not training:
        return x, None
    factor = 1 / (1 - p) if p < 1 else 1.0
    output = np.empty(x.shape, x.dtype)
    if type(rng.bit_generator) is np.random.PCG64:
        kept = np.empty(-(-x.size // LANES) * LANES, np.uint8)
        with rng.bit_generator.lock:
            state: Any = rng.bit_generator.state
            words = _words(state["state"])
            # random() is a whole number of 53 bits divided by 2**53, so that this comparison is exact
            threshold = math.ceil(p * 2**BITS)
            run("dropout", "forward", x.dtype, x.size, flat(x), output.reshape(-1), kept, words, threshold, factor)
            state["state"]["state"] = int(words[0]) << 64 | int(words[1])
            rng.bit_generator.state = state
    else:
        kept = (rng.random(x.size) >= p).view(np.uint8)
        run("dropout", "backward", x.dtype, x.size, flat(x), kept, factor, output.reshape(-1))
    return output, (kept, factor)


@hookimpl
def dropout_backward(
    grad_output: Array, saved: tuple[Array, float] | None, needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    if saved is None:
        return (grad_output,)
    grad_x = np.empty(grad_output.shape, grad_output.dtype)
    run("dropout", "backward", grad_x.dtype, grad_x.size, flat(grad_output), *saved, grad_x.reshape(-1))
    return (grad_x,)


def _words(state: dict[str, int]) -> Array:
    """State and increment, the higher half of each first."""
    numbers = (state["state"], state["inc"])
    return np.array([half for number in numbers for half in divmod(number, 2**64)], np.uint64)
