"""What convolutions and pools share: a window must fit into the padded input, along every axis."""

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
