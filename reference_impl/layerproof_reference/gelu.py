"""gelu: output = x * Phi(x), with the normal distribution function Phi or its approximation by tanh."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._erf import normal_density, normal_distribution
from layerproof_reference._logistic import logistic

Array = NDArray[Any]

CUBIC = 0.044715


@hookimpl
def gelu_forward(x: Array, approximate: str) -> tuple[Array, tuple[Array, str]]:
    with np.errstate(all="ignore"):
        share = normal_distribution(x) if approximate == "none" else logistic(_twice_u(x))
        return np.asarray(x * share), (x, approximate)


@hookimpl
def gelu_backward(grad_output: Array, saved: tuple[Array, str], needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # "none":  d(x * Phi)/dx = Phi + x * phi, since the density phi is the derivative of Phi.
    # "tanh":  (1 + tanh(u))/2 = sigmoid(2*u) = s and 1 - s = sigmoid(-2*u), which do not cancel in the tails, and
    #          d(x * s)/dx = s + x * s * (1 - s) * 2*du/dx,  2*du/dx = sqrt(8/pi) * (1 + 3 * 0.044715 * x*x).
    if not needs_input_grad[0]:
        return (None,)
    x, approximate = saved
    with np.errstate(all="ignore"):
        if approximate == "none":
            return (np.asarray(grad_output * (normal_distribution(x) + x * normal_density(x))),)
        x = np.clip(x, -100, 100)  # s is 0 or 1 beyond, but the square might overflow
        twice_u, rise = _twice_u(x), math.sqrt(8 / math.pi) * (1 + 3 * CUBIC * x * x)
        s = logistic(twice_u)
        return (np.asarray(grad_output * (s + x * s * logistic(-twice_u) * rise)),)


def _twice_u(x: Array) -> Array:
    twice_u: Array = math.sqrt(8 / math.pi) * x * (1 + CUBIC * x * x)
    return twice_u
