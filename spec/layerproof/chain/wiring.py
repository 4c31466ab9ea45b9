"""How a layer is called within a chain: what the layer before gives becomes its inputs, its output what it gives."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from layerproof.chain.axes import image_axis_lengths
from layerproof.chain.errors import ShapeError
from layerproof.layer import Layer
from layerproof.layers import find_layers
from layerproof.shapes import Shape

Array = NDArray[Any]


class Wiring:
    """A layer with one input ``x``, as most are: it takes what the layer before gives, and gives its output."""

    inputs: ClassVar[tuple[str, ...]] = ("x",)
    """The forward arguments made from what the layer before gives, and for which there are gradients."""
    has_heads: ClassVar[bool] = False
    """Whether it is done for several heads at once."""

    def __init__(self, layer: Layer, heads: int = 1) -> None:
        self._layer, self._heads = layer, heads

    @property
    def axes(self) -> tuple[str, ...]:
        """The symbolic axes of what the layer before gives."""
        return self._layer.roles["x"].axes

    def lengths(self, shape: Shape, arguments: Mapping[str, Any]) -> dict[str, Shape]:
        """Their lengths, for a shape without the batch; raises ShapeError where the layer cannot take it."""
        return image_axis_lengths(self.axes, shape, arguments)

    def arguments(self, x: Array) -> dict[str, Array]:
        """The forward arguments made from what the layer before gives."""
        return {"x": x}

    def output(self, x: Array, output: Array) -> Array:
        """What the next layer is given."""
        return output

    def grad_output(self, grad_output: Array) -> Array:
        """The gradient of the output of the layer's forward, given that of ``output``."""
        return grad_output

    def grad_x(self, grad_output: Array, gradients: Mapping[str, Any]) -> Array:
        """The gradient of what the layer before gave; ``gradients`` are those that backward returned, by argument."""
        gradient: Array = gradients["x"]
        return gradient


class Attention(Wiring):
    """Attention over a sequence whose rows hold query, key and value beside each other, each for all heads."""

    inputs = ("query", "key", "value")
    has_heads = True

    @property
    def axes(self) -> tuple[str, ...]:
        """Attention has no parameters whose shape could depend on them."""
        return ()

    def lengths(self, shape: Shape, arguments: Mapping[str, Any]) -> dict[str, Shape]:
        """Check the shape alone."""
        heads = self._heads
        _, width = _sequence(shape)
        if width % (3 * heads):
            raise ShapeError(
                f"needs a query, a key and a value for {heads} heads beside each other, which 3 x {heads} divides"
            )
        return {}

    def arguments(self, x: Array) -> dict[str, Array]:
        """Views of x (N, L, 3 * heads * E), each (N, heads, L, E)."""
        N, L, width = x.shape
        parts = x.reshape(N, L, 3, self._heads, width // (3 * self._heads)).transpose(2, 0, 3, 1, 4)
        return dict(zip(self.inputs, parts, strict=True))

    def output(self, x: Array, output: Array) -> Array:
        """Put the heads beside each other: (N, heads, L, E) becomes (N, L, heads * E)."""
        N, heads, L, E = output.shape
        return output.transpose(0, 2, 1, 3).reshape(N, L, heads * E)

    def grad_output(self, grad_output: Array) -> Array:
        """Take the heads apart: (N, L, heads * E) becomes (N, heads, L, E)."""
        N, L, _ = grad_output.shape
        return grad_output.reshape(N, L, self._heads, -1).transpose(0, 2, 1, 3)

    def grad_x(self, grad_output: Array, gradients: Mapping[str, Any]) -> Array:
        """Put the three gradients beside each other."""
        parts = np.stack([gradients[name] for name in self.inputs])  # (3, N, heads, L, E)
        _, N, _, L, _ = parts.shape
        return parts.transpose(1, 3, 0, 2, 4).reshape(N, L, -1)


class Positions(Wiring):
    """An embedding of the positions in a sequence, added to its rows."""

    inputs = ()

    @property
    def axes(self) -> tuple[str, ...]:
        """The embedding has a row for each position, as wide as those of the sequence."""
        return "N", "V", "D"

    def lengths(self, shape: Shape, arguments: Mapping[str, Any]) -> dict[str, Shape]:
        """Those of a sequence."""
        return super().lengths(_sequence(shape), arguments)

    def arguments(self, x: Array) -> dict[str, Array]:
        """The number of each position, for each sequence of the batch."""
        return {"indices": np.broadcast_to(np.arange(x.shape[1]), x.shape[:2])}

    def output(self, x: Array, output: Array) -> Array:
        """Add the embedding."""
        return x + output

    def grad_x(self, grad_output: Array, gradients: Mapping[str, Any]) -> Array:
        """The gradient of a summand is that of the sum."""
        return grad_output


_WIRINGS: dict[str, type[Wiring]] = {"scaled_dot_product_attention": Attention, "embedding": Positions}
"""The layers that have no input named ``x``: what they are given in a chain is a choice that no role decides."""


def wiring_of(layer: str, heads: int = 1) -> Wiring:
    """How this layer is called within a chain; ``heads`` are those of an attention."""
    return _WIRINGS.get(layer, Wiring)(find_layers()[layer], heads)


def _sequence(shape: Shape) -> Shape:
    if len(shape) != 2:
        raise ShapeError("needs a sequence of rows (length, width)")
    return shape
