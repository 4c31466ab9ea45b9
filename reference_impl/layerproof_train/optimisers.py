"""Optimisers, with the formulas of torch.optim: each updates one vector of parameters in place."""

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[Any]

# a vector is worked through in pieces that stay in the processor's cache from one operation to the next
PIECE = 2**15


class Optimiser(Protocol):
    """Something that changes parameters by their gradients.

    ``state`` are the vectors that it remembers from step to step, and ``steps`` how many it has made: with them a run
    goes on where another one stopped.
    """

    state: dict[str, Vector]
    steps: int

    def step(self, gradients: Vector, learning_rate: float) -> None:
        """Update the parameters once; the gradients stay as they are."""


class SGD:
    """Stochastic gradient descent with momentum, as torch.optim.SGD with dampening 0.

    Arguments:
        values: the parameters, updated in place.
        momentum: the share of the last step that is kept, from 0.
        nesterov: look ahead by one step of the momentum.
        weight_decay: adds this many times the parameters to their gradients.
    """

    def __init__(
        self, values: Vector, momentum: float = 0.0, nesterov: bool = False, weight_decay: float = 0.0
    ) -> None:
        self.momentum, self.nesterov, self.weight_decay = momentum, nesterov, weight_decay
        self._values = values
        # starting from zero gives PyTorch's first step, which copies the gradient
        self.state = {"velocity": np.zeros_like(values)}
        self.steps = 0
        self._scratch = np.empty(min(PIECE, values.size), values.dtype)

    def step(self, gradients: Vector, learning_rate: float) -> None:
        """Update the parameters once."""
        self.steps += 1
        for start in range(0, self._values.size, PIECE):
            piece = slice(start, start + PIECE)
            self._update(self._values[piece], gradients[piece], self.state["velocity"][piece], learning_rate)

    def _update(self, values: Vector, gradients: Vector, velocity: Vector, learning_rate: float) -> None:
        scratch = self._scratch[: values.size]
        if self.weight_decay:
            np.multiply(values, self.weight_decay, out=scratch)
            scratch += gradients
            gradients = scratch
        if self.momentum:
            velocity *= self.momentum
            velocity += gradients
            if self.nesterov:
                # -rate * (gradients + momentum * velocity) in two parts, since scratch may hold the gradients
                values -= np.multiply(gradients, learning_rate, out=scratch)
                values -= np.multiply(velocity, learning_rate * self.momentum, out=scratch)
                return
            gradients = velocity
        values -= np.multiply(gradients, learning_rate, out=scratch)


class Adam:
    """Adam (Kingma and Ba 2015), as torch.optim.Adam, or AdamW (Loshchilov and Hutter 2019), as torch.optim.AdamW.

    Arguments:
        values: the parameters, updated in place.
        betas: how much of the running mean of the gradients and of their squares is kept.
        eps: added to the root of the mean square.
        weight_decay: adds this many times the parameters to their gradients.
        decoupled: makes it AdamW: the decay shrinks the parameters themselves, and not by way of the gradients.
    """

    def __init__(
        self,
        values: Vector,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled: bool = False,
    ) -> None:
        self.betas, self.eps, self.weight_decay, self.decoupled = betas, eps, weight_decay, decoupled
        self._values = values
        self.state = {"mean": np.zeros_like(values), "square": np.zeros_like(values)}
        self._scratch = np.empty((2, min(PIECE, values.size)), values.dtype)
        self.steps = 0

    def step(self, gradients: Vector, learning_rate: float) -> None:
        """Update the parameters once."""
        self.steps += 1
        for start in range(0, self._values.size, PIECE):
            piece = slice(start, start + PIECE)
            mean, square = self.state["mean"][piece], self.state["square"][piece]
            self._update(self._values[piece], gradients[piece], mean, square, learning_rate)

    def _update(self, values: Vector, gradients: Vector, mean: Vector, square: Vector, learning_rate: float) -> None:
        scratch, decayed = self._scratch[:, : values.size]
        beta_mean, beta_square = self.betas
        if self.weight_decay and self.decoupled:
            values *= 1 - learning_rate * self.weight_decay
        elif self.weight_decay:
            np.multiply(values, self.weight_decay, out=decayed)
            decayed += gradients
            gradients = decayed
        np.subtract(gradients, mean, out=scratch)
        scratch *= 1 - beta_mean
        mean += scratch
        square *= beta_square
        np.multiply(gradients, gradients, out=scratch)
        scratch *= 1 - beta_square
        square += scratch
        np.sqrt(square, out=scratch)
        scratch /= math.sqrt(1 - beta_square**self.steps)
        scratch += self.eps
        np.divide(mean, scratch, out=scratch)
        scratch *= learning_rate / (1 - beta_mean**self.steps)
        values -= scratch


LEARNING_RATES = {"sgd": 0.05, "adam": 0.002, "adamw": 0.002}
"""The learning rate of each optimiser, unless the user says otherwise."""


def create(name: str, values: Vector, momentum: float, weight_decay: float) -> Optimiser:
    """The optimiser of this name for these parameters; Adam has no use for momentum."""
    if name == "sgd":
        return SGD(values, momentum, nesterov=momentum > 0, weight_decay=weight_decay)
    return Adam(values, weight_decay=weight_decay, decoupled=name == "adamw")


def clip(gradients: Vector, norm: float) -> None:
    """Scale gradients in place so that their Euclidean norm is at most this, as torch.nn.utils.clip_grad_norm_."""
    total = float(np.linalg.norm(gradients.astype(np.float64)))
    scale = norm / (total + 1e-6)
    if scale < 1:
        gradients *= scale
