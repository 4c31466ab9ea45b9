"""conv_transpose2d: the transpose of conv2d; each pixel adds the kernel times its value to a window of the output."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._windows import add_windows, pad, windows

Array = NDArray[Any]
Pair = tuple[int, int]


class Saved(NamedTuple):
    """What backward needs: x and the kernels as matrices, one for each group, and the geometry."""

    inputs: Array
    kernels: Array
    has_bias: bool
    x_shape: tuple[int, ...]
    weight_shape: tuple[int, ...]
    stride: Pair
    padding: Pair
    dilation: Pair


@hookimpl
def conv_transpose2d_forward(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Pair,
    output_padding: Pair,
    dilation: Pair,
    groups: int,
) -> tuple[Array, Saved]:
    N, C, H, W = x.shape
    _, outputs, kH, kW = weight.shape
    inputs = x.transpose(1, 0, 2, 3).reshape(groups, C // groups, N * H * W)
    kernels = weight.reshape(groups, C // groups, outputs * kH * kW)
    rows, columns = (
        (length - 1) * step - 2 * cut + gap * (kernel - 1) + added + 1
        for length, kernel, step, cut, added, gap in zip(
            (H, W), (kH, kW), stride, padding, output_padding, dilation, strict=True
        )
    )
    with np.errstate(over="ignore", invalid="ignore"):
        products = (kernels.transpose(0, 2, 1) @ inputs).reshape(groups * outputs, kH, kW, N, H, W)
        output = add_windows(products, (rows, columns), stride, padding, dilation)
        if bias is not None:
            output += bias[:, None, None]
    return output, Saved(inputs, kernels, bias is not None, x.shape, weight.shape, stride, padding, dilation)


@hookimpl
def conv_transpose2d_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    # Output pixel m is the sum of kernel[c, tap] * x[c, n] over all (tap, n) that meet at m. Let column n hold, for
    # each tap, grad_output where the two meet, which is a window of grad_output. Then
    #     grad_x = kernels @ columns,  grad_kernels = inputs @ columns.T,
    #     grad_bias = sum of grad_output over the batch and all positions.
    N, C, H, W = saved.x_shape
    groups, _, taps = saved.kernels.shape
    kH, kW = saved.weight_shape[2:]
    grad_x = grad_weight = grad_bias = None
    with np.errstate(over="ignore", invalid="ignore"):
        if needs_input_grad[0] or needs_input_grad[1]:
            padded = pad(grad_output, saved.padding, saved.padding, 0)
            # output_padding may leave room for more windows than x has pixels
            gradient_windows = windows(padded, (kH, kW), saved.stride, saved.dilation)[:, :, :H, :W]
            columns = gradient_windows.transpose(1, 4, 5, 0, 2, 3).reshape(groups, taps, N * H * W)
        if needs_input_grad[0]:
            grad_x = (saved.kernels @ columns).reshape(C, N, H, W).transpose(1, 0, 2, 3)
        if needs_input_grad[1]:
            grad_weight = (saved.inputs @ columns.transpose(0, 2, 1)).reshape(saved.weight_shape)
        if needs_input_grad[2] and saved.has_bias:
            # contiguous, because NumPy sums pairwise, with small rounding errors, along contiguous memory only
            gradient = np.ascontiguousarray(grad_output.transpose(1, 0, 2, 3))
            grad_bias = gradient.reshape(gradient.shape[0], gradient[0].size).sum(axis=1)
    return grad_x, grad_weight, grad_bias
