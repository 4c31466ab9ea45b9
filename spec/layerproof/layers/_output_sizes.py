"""How many places a window has along each axis of an image."""

from itertools import repeat

Lengths = tuple[int, ...]


def window_places(
    size: Lengths,
    kernel_size: Lengths,
    stride: Lengths,
    padding: Lengths,
    dilation: Lengths | None = None,
    ceil_mode: bool = False,
) -> Lengths:
    """The size of what a window that moves over an image of this size gives; each argument has a value per axis."""
    places = []
    for length, kernel, step, pad, gap in zip(size, kernel_size, stride, padding, dilation or repeat(1), strict=False):
        rest = length + 2 * pad - gap * (kernel - 1) - 1
        steps = -(-rest // step) if ceil_mode else rest // step
        # a window that begins behind the image and its first padding is left out
        if ceil_mode and steps * step >= length + pad:
            steps -= 1
        places.append(steps + 1)
    return tuple(places)
