"""What convolutions and pools share: a window must fit into the padded input, and moves over it along every axis."""

from layerproof.array_types import Window

SPATIAL_AXES = "DHW"
"""The names of the axes along which a window moves; images have the last two."""


def check_window_fits(size: Window, kernel_size: Window, padding: Window, dilation: Window) -> None:
    """Require a padded input at least as large as the dilated window."""
    axes = SPATIAL_AXES[-len(size) :]
    for axis, length, kernel, pad, gap in zip(axes, size, kernel_size, padding, dilation, strict=True):
        window, padded = gap * (kernel - 1) + 1, length + 2 * pad
        if padded < window:
            raise ValueError(
                f"`x` is too small: its padded {axis} (={padded}) must be at least the dilated window (={window})"
            )


def check_pool_fits(
    size: Window, kernel_size: Window, stride: Window, padding: Window, dilation: Window, ceil_mode: bool
) -> None:
    """Require a padding of at most half of kernel_size, and at least one output along every axis.

    With ceil_mode a window may lack up to stride - 1 pixels.
    """
    axes = SPATIAL_AXES[-len(size) :]
    for axis, length, kernel, step, pad, gap in zip(axes, size, kernel_size, stride, padding, dilation, strict=True):
        if 2 * pad > kernel:
            raise ValueError(f"`padding` (={padding}) must be at most half of `kernel_size` (={kernel_size})")
        window, padded = gap * (kernel - 1) + 1, length + 2 * pad
        if padded >= window or (ceil_mode and padded + step - 1 >= window):
            continue
        if not ceil_mode:
            raise ValueError(
                f"`x` is too small: its padded {axis} (={padded}) must be at least the dilated window (={window})"
            )
        raise ValueError(
            f"`x` is too small: its padded {axis} (={padded}) may lack at most `stride` - 1 (={step - 1}) "
            f"of the dilated window (={window}) with `ceil_mode`"
        )


def window_places(
    size: Window, kernel_size: Window, stride: Window, padding: Window, dilation: Window, ceil_mode: bool
) -> Window:
    """How many places a window has along each axis, which is the size of the output."""
    places = []
    for length, kernel, step, pad, gap in zip(size, kernel_size, stride, padding, dilation, strict=True):
        rest = length + 2 * pad - gap * (kernel - 1) - 1
        steps = -(-rest // step) if ceil_mode else rest // step
        # a window that begins behind the image and its first padding is left out
        if ceil_mode and steps * step >= length + pad:
            steps -= 1
        places.append(steps + 1)
    return tuple(places)
