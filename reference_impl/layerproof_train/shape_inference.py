"""What shape each layer gives for one image, and what it needs: known before anything is computed."""

import math
from collections.abc import Callable, Mapping
from typing import Any

Shape = tuple[int, ...]
Attributes = Mapping[str, Any]


class ShapeError(ValueError):
    """A layer cannot follow: the text says what it needs, and what it is given stands behind it."""


def output_shape(layer: str, shape: Shape, attributes: Attributes) -> Shape:
    """The shape that a layer makes of this one, both without the batch; raises ShapeError where it cannot follow.

    ``attributes`` are the forward arguments that are no arrays, and ``outputs`` and ``heads`` of the layers that have
    them.
    """
    return _RULES[layer](shape, attributes) if layer in _RULES else shape


def _windows(shape: Shape, attributes: Attributes) -> Shape:
    channels, *size = images(shape)
    kernel, stride, padding = (attributes[name] for name in ("kernel_size", "stride", "padding"))
    dilation, ceil_mode = attributes.get("dilation", (1, 1)), attributes.get("ceil_mode", False)
    found = []
    for axis, length in enumerate(size):
        rest = length + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1
        steps = -(-rest // stride[axis]) if ceil_mode else rest // stride[axis]
        # a window that begins behind the image and its first padding is left out
        if ceil_mode and steps * stride[axis] >= length + padding[axis]:
            steps -= 1
        found.append(steps + 1)
    if min(found) < 1:
        raise ShapeError(f"has a window of {times(kernel)}")
    return channels, *found


def _conv2d(shape: Shape, attributes: Attributes) -> Shape:
    return attributes["outputs"], *_windows(shape, attributes)[1:]


def _conv_transpose2d(shape: Shape, attributes: Attributes) -> Shape:
    _, *size = images(shape)
    if attributes["outputs"] % attributes["groups"]:
        raise ShapeError(f"has {attributes['outputs']} outputs in {attributes['groups']} groups,")
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    found = (
        (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + added + 1
        for length, kernel, stride, padding, added, dilation in zip(size, *(attributes[n] for n in names), strict=True)
    )
    return attributes["outputs"], *found


def _adaptive_avg_pool2d(shape: Shape, attributes: Attributes) -> Shape:
    return images(shape)[0], *attributes["output_size"]


def _linear(shape: Shape, attributes: Attributes) -> Shape:
    if len(shape) not in (1, 2):
        raise ShapeError("needs one row or a sequence of rows for each image, flatten it first;")
    return *shape[:-1], attributes["outputs"]


def _flatten(shape: Shape, attributes: Attributes) -> Shape:
    rank = len(shape) + 1
    start, end = (attributes[name] % rank for name in ("start_dim", "end_dim"))
    if start == 0:
        raise ShapeError(f"must leave the batch alone (`start_dim`={attributes['start_dim']});")
    return *shape[: start - 1], math.prod(shape[start - 1 : end]), *shape[end:]


def _attention(shape: Shape, attributes: Attributes) -> Shape:
    heads = attributes["heads"]
    length, width = sequence(shape)
    if width % (3 * heads):
        raise ShapeError(
            f"needs a query, a key and a value for {heads} heads beside each other, which 3 x {heads} divides,"
        )
    return length, width // 3


def _embedding(shape: Shape, attributes: Attributes) -> Shape:
    return sequence(shape)


def _channels(shape: Shape, attributes: Attributes) -> Shape:
    if len(shape) not in (1, 3):
        raise ShapeError("needs one row or channels of images;")
    return shape


def images(shape: Shape) -> tuple[int, int, int]:
    """The shape, if it is that of an image."""
    if len(shape) != 3:
        raise ShapeError("needs images (channels, height, width),")
    return shape


def sequence(shape: Shape) -> tuple[int, int]:
    """The shape, if it is that of a sequence of rows."""
    if len(shape) != 2:
        raise ShapeError("needs a sequence of rows (length, width),")
    return shape


def times(shape: Shape) -> str:
    """A shape for a reader."""
    return " x ".join(map(str, shape))


_RULES: dict[str, Callable[[Shape, Attributes], Shape]] = {
    "conv2d": _conv2d,
    "conv_transpose2d": _conv_transpose2d,
    "max_pool2d": _windows,
    "avg_pool2d": _windows,
    "adaptive_avg_pool2d": _adaptive_avg_pool2d,
    "linear": _linear,
    "flatten": _flatten,
    "scaled_dot_product_attention": _attention,
    "embedding": _embedding,
    "batch_norm": _channels,
    "group_norm": _channels,
}
