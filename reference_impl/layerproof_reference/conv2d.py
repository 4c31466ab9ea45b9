"""conv2d: output[n, o, i, j] = bias[o] + the sum of window (n, i, j) times kernel o."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._windows import add_windows, pad, windows

Array = NDArray[Any]
Pair = tuple[int, int]


class Saved(NamedTuple):
    """What backward needs: the windows as columns, and the geometry."""

    columns: Array
    weight: Array
    has_bias: bool
    x_shape: tuple[int, ...]
    stride: Pair
    padding: Pair
    dilation: Pair
    groups: int


@hookimpl
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> tuple[Array, Saved]:
    N, C = x.shape[:2]
    outputs, _, kH, kW = weight.shape
    x_windows = windows(pad(x, padding, padding, 0), (kH, kW), stride, dilation)
    H, W = x_windows.shape[2:4]
    # channels first: one matrix product for the whole batch, whose result is viewed as (N, O, H', W') without a copy
    columns = x_windows.transpose(1, 4, 5, 0, 2, 3).reshape(groups, C // groups * kH * kW, N * H * W)
    with np.errstate(over="ignore", invalid="ignore"):
        output = (_matrices(weight, groups) @ columns).reshape(outputs, N, H, W)
        if bias is not None:
            output += bias[:, None, None, None]
    saved = Saved(columns, weight, bias is not None, x.shape, stride, padding, dilation, groups)
    return output.transpose(1, 0, 2, 3), saved


@hookimpl
def conv2d_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    # For each group the forward is the matrix product output = weight @ columns + bias, hence
    #     grad_weight = grad_output @ columns.T,  grad_columns = weight.T @ grad_output,
    #     grad_bias = sum of grad_output over the batch and all positions.
    # A pixel occurs in one column for each window that contains it; its gradient is the sum over these columns.
    N, outputs, H, W = grad_output.shape
    # contiguous, because NumPy sums pairwise, with small rounding errors, along contiguous memory only
    gradient = np.ascontiguousarray(grad_output.transpose(1, 0, 2, 3))
    gradient = gradient.reshape(saved.groups, outputs // saved.groups, N * H * W)
    grad_x = grad_weight = grad_bias = None
    with np.errstate(over="ignore", invalid="ignore"):
        if needs_input_grad[0]:
            grad_columns = _matrices(saved.weight, saved.groups).transpose(0, 2, 1) @ gradient
            _, C, rows, columns = saved.x_shape
            taps = grad_columns.reshape(C, *saved.weight.shape[2:], N, H, W)
            grad_x = add_windows(taps, (rows, columns), saved.stride, saved.padding, saved.dilation)
        if needs_input_grad[1]:
            grad_weight = (gradient @ saved.columns.transpose(0, 2, 1)).reshape(saved.weight.shape)
        if needs_input_grad[2] and saved.has_bias:
            grad_bias = gradient.reshape(outputs, N * H * W).sum(axis=1)
    return grad_x, grad_weight, grad_bias


def _matrices(weight: Array, groups: int) -> Array:
    """The kernels of each group as the rows of a matrix."""
    outputs, channels, kH, kW = weight.shape
    return weight.reshape(groups, outputs // groups, channels * kH * kW)
