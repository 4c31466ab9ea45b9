"""How a layer that has several inputs, or none, stands in a chain of layers; no arithmetic but a sum."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Chained:
    """One input, one output: how most layers stand in a chain."""

    inputs: tuple[str, ...] = ("x",)
    """The forward arguments made from what the layer before gives."""

    def arguments(self, x: Array) -> dict[str, Array]:
        """The array arguments for what the layer before gives."""
        return {"x": x}

    def input_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of each input, for the shape of what the layer before gives; both without the batch."""
        return shape

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of what the layer itself gives, for the shape that the layer behind it needs."""
        return shape

    def output(self, x: Array, output: Array) -> Array:
        """What the layer behind is given."""
        return output

    def grad_output(self, grad_output: Array) -> Array:
        """The gradient of the layer's own output."""
        return grad_output

    def grad_x(self, grad_output: Array, gradients: Sequence[Any]) -> Array:
        """The gradient of what the layer before gave, from those of the inputs."""
        grad: Array = gradients[0]
        return grad


class Attention(Chained):
    """A sequence whose rows hold query, key and value beside each other, each for several heads."""

    inputs = ("query", "key", "value")

    def __init__(self, heads: int) -> None:
        self._heads = heads

    def arguments(self, x: Array) -> dict[str, Array]:
        """Views of x, (N, heads, length, width of a head) each."""
        number, length, width = x.shape
        parts = x.reshape(number, length, 3, self._heads, width // (3 * self._heads)).transpose(2, 0, 3, 1, 4)
        return dict(zip(self.inputs, parts, strict=True))

    def input_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """One matrix for each head."""
        length, width = shape
        return self._heads, length, width // (3 * self._heads)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """One matrix for each head."""
        length, width = shape
        return self._heads, length, width // self._heads

    def output(self, x: Array, output: Array) -> Array:
        """The heads beside each other."""
        number, _, length, _ = output.shape
        return output.transpose(0, 2, 1, 3).reshape(number, length, -1)

    def grad_output(self, grad_output: Array) -> Array:
        """The heads apart."""
        number, length, _ = grad_output.shape
        return grad_output.reshape(number, length, self._heads, -1).transpose(0, 2, 1, 3)

    def grad_x(self, grad_output: Array, gradients: Sequence[Any]) -> Array:
        """The three gradients beside each other."""
        number, _, length, _ = gradients[0].shape
        parts = np.stack(gradients)  # (3, N, heads, length, width of a head)
        return parts.transpose(1, 3, 0, 2, 4).reshape(number, length, -1)


class Positions(Chained):
    """An embedding of each position, added to what stands there: it tells a sequence's rows apart."""

    inputs = ()

    def arguments(self, x: Array) -> dict[str, Array]:
        """The index of each position, for each sequence of the batch."""
        return {"indices": np.broadcast_to(np.arange(x.shape[1]), x.shape[:2])}

    def output(self, x: Array, output: Array) -> Array:
        """The sum."""
        return x + output

    def grad_x(self, grad_output: Array, gradients: Sequence[Any]) -> Array:
        """That of a sum."""
        return grad_output


def wiring(layer: str, heads: int) -> Chained:
    """How this layer stands in a chain."""
    if layer == "scaled_dot_product_attention":
        return Attention(heads)
    return Positions() if layer == "embedding" else Chained()
