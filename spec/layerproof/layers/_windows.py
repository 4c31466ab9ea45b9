"""What convolutions and pools share: a window must fit into the padded input."""

from layerproof.layers._arguments import Pair


def check_window_fits(size: Pair, kernel_size: Pair, padding: Pair, dilation: Pair) -> None:
    """Require a padded input at least as large as the dilated window, in both directions."""
    for axis, length, kernel, pad, step in zip("HW", size, kernel_size, padding, dilation, strict=True):
        window, padded = step * (kernel - 1) + 1, length + 2 * pad
        if padded < window:
            raise ValueError(
                f"`x` is too small: its padded {axis} (={padded}) must be at least the dilated window (={window})"
            )
