"""How a layer that has several inputs, or none, stands in a chain of layers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
ATTENTION, EMBEDDING = "scaled_dot_product_attention", "embedding"


def inputs(layer: str) -> tuple[str, ...]:
    """The forward arguments made from what the layer before gives."""
    if layer == ATTENTION:
        return "query", "key", "value"
    return () if layer == EMBEDDING else ("x",)


def arguments(layer: str, heads: int, x: Array) -> dict[str, Array]:
    """Those, or the positions in a sequence; query, key and value of all heads lie beside each other in a row."""
    if layer == ATTENTION:
        N, L, width = x.shape
        parts = x.reshape(N, L, 3, heads, width // (3 * heads)).transpose(2, 0, 3, 1, 4)
        return dict(zip(inputs(layer), parts, strict=True))
    if layer == EMBEDDING:
        return {"indices": np.broadcast_to(np.arange(x.shape[1]), x.shape[:2])}
    return {"x": x}


def output(layer: str, x: Array, result: Array) -> Array:
    """What the layer behind is given: the heads beside each other, what a position has learned added to it."""
    if layer == ATTENTION:
        N, heads, L, width = result.shape
        return result.transpose(0, 2, 1, 3).reshape(N, L, heads * width)
    return x + result if layer == EMBEDDING else result


def grad_output(layer: str, heads: int, gradient: Array) -> Array:
    """The gradient of the layer's own output."""
    if layer == ATTENTION:
        return gradient.reshape(*gradient.shape[:2], heads, -1).transpose(0, 2, 1, 3)
    return gradient


def grad_x(layer: str, gradient: Array, gradients: Mapping[str, Any]) -> Array:
    """The gradient of what the layer before gave."""
    if layer == ATTENTION:
        N, _, L, _ = gradients["query"].shape
        parts = np.stack([gradients[name] for name in inputs(layer)])
        return parts.transpose(1, 3, 0, 2, 4).reshape(N, L, -1)
    grad: Array = gradient if layer == EMBEDDING else gradients["x"]
    return grad
