"""Tables of indices are made once for each geometry and kept for good; they hold no values, so no call can see
another one's."""

import functools

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a module-level cache, of index tables only, keyed by shape and attributes"


@functools.cache
def plan(size, kernel, stride, padding, dilation):
    """For each output and tap the pixel of the padded image, flat; and the size of the output."""
    taps = [np.arange(length) * step for length, step in zip(kernel, dilation, strict=True)]
    full = [length + 2 * margin for length, margin in zip(size, padding, strict=True)]
    places = [
        np.arange(0, room - tap[-1], step)[:, None] + tap for room, tap, step in zip(full, taps, stride, strict=True)
    ]
    rows, columns = places
    table = rows[:, None, :, None] * full[1] + columns[None, :, None, :]
    output = table.shape[:2]
    table = table.reshape(output[0] * output[1], -1)
    table.flags.writeable = False
    return table, output, tuple(full)


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    table, output_size, full = plan(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    N, C, H, W = x.shape
    image = np.zeros((N, C, *full), x.dtype)
    image[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x
    columns = image.reshape(N, C, full[0] * full[1])[:, :, table]
    columns = columns.reshape(N, groups, C // groups, *table.shape)
    columns = columns.swapaxes(2, 3).reshape(N, groups, len(table), C // groups * table.shape[1])
    kernels = weight.reshape(groups, len(weight) // groups, columns.shape[3])
    with np.errstate(all="ignore"):
        output = (kernels @ columns.swapaxes(2, 3)).reshape(N, len(weight), *output_size)
        output = output if bias is None else output + bias[:, None, None]
    return output, (columns, kernels, x.shape, weight.shape, bias is not None, table, full, padding)


@hookimpl
def conv2d_backward(grad_output, saved):
    columns, kernels, x_shape, weight_shape, has_bias, table, full, (top, left) = saved
    N, C, H, W = x_shape
    gradient = grad_output.reshape(N, len(kernels), kernels.shape[1], len(table))
    with np.errstate(all="ignore"):
        grad_columns = gradient.swapaxes(2, 3) @ kernels
        grad_columns = grad_columns.reshape(N, len(kernels), len(table), weight_shape[1], table.shape[1])
        grad_columns = grad_columns.swapaxes(2, 3).reshape(N, C, *table.shape)
        grad_image = np.zeros((N, C, full[0] * full[1]), grad_output.dtype)
        for n, c in np.ndindex(N, C):
            np.add.at(grad_image[n, c], table, grad_columns[n, c])
        long_columns = columns.transpose(1, 0, 2, 3).reshape(len(kernels), N * len(table), kernels.shape[2])
        long_gradient = gradient.transpose(1, 2, 0, 3).reshape(len(kernels), kernels.shape[1], N * len(table))
        grad_weight = (long_gradient @ long_columns).reshape(weight_shape)
        grad_bias = np.ascontiguousarray(grad_output.swapaxes(0, 1)).sum((1, 2, 3)) if has_bias else None
    grad_x = grad_image.reshape(N, C, *full)[:, :, top : top + H, left : left + W]
    return grad_x, grad_weight, grad_bias
