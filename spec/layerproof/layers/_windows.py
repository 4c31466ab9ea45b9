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


def check_pool_padding(kernel_size: Pair, padding: Pair) -> None:
    """Require a padding of at most half of kernel_size, in both directions."""
    if 2 * padding[0] > kernel_size[0] or 2 * padding[1] > kernel_size[1]:
        raise ValueError(f"`padding` (={padding}) must be at most half of `kernel_size` (={kernel_size})")


def check_pool_fits(
    size: Pair, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair = (1, 1), ceil_mode: bool = False
) -> None:
    """Require at least one output in both directions; with ceil_mode a window may lack up to stride - 1 pixels."""
    if not ceil_mode:
        check_window_fits(size, kernel_size, padding, dilation)
        return
    for axis, length, kernel, step, pad, gap in zip("HW", size, kernel_size, stride, padding, dilation, strict=True):
        window, padded = gap * (kernel - 1) + 1, length + 2 * pad
        if padded + step - 1 < window:
            raise ValueError(
                f"`x` is too small: its padded {axis} (={padded}) may lack at most `stride` - 1 (={step - 1}) "
                f"of the dilated window (={window}) with `ceil_mode`"
            )
