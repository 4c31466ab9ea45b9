"""Window after window in a plain loop, each cut to the image and summed in float64; images come last in memory."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "plain loops; outputs and gradients in an order of memory of their own"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    H, W = x.shape[2:]
    rows = list(cuts(H, kernel_size[0], stride[0], padding[0], ceil_mode))
    columns = list(cuts(W, kernel_size[1], stride[1], padding[1], ceil_mode))
    output = np.empty((len(rows), len(columns), *x.shape[:2]), x.dtype)
    places = []
    for i, (top, bottom, height) in enumerate(rows):
        for j, (left, right, width) in enumerate(columns):
            count = height * width if count_include_pad else (bottom - top) * (right - left)
            places.append((i, j, slice(top, bottom), slice(left, right), count))
            with np.errstate(all="ignore"):
                output[i, j] = x[:, :, top:bottom, left:right].sum((2, 3), dtype=np.float64) / count
    return output.transpose(2, 3, 0, 1), (places, x.shape)


@hookimpl
def avg_pool2d_backward(grad_output, saved):
    places, shape = saved
    total = np.zeros((shape[2], shape[3], *shape[:2]))
    with np.errstate(all="ignore"):
        for i, j, rows, columns, count in places:
            total[rows, columns] += grad_output[:, :, i, j].astype(np.float64) / count
        return (total.astype(grad_output.dtype).transpose(2, 3, 0, 1),)


def cuts(length, kernel, stride, padding, ceil_mode):
    begin = -padding
    outputs = (length + 2 * padding - kernel + (stride - 1 if ceil_mode else 0)) // stride + 1
    for _ in range(outputs):
        if begin >= length:
            return
        end = min(begin + kernel, length + padding)
        yield max(begin, 0), min(end, length), end - begin
        begin += stride
