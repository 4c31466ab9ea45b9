"""Window after window, cut to the image, with one argmax; windows without a pixel are minus infinity."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "plain loops; the gradient scattered by np.add.at; the output in the order of its windows"


def inside(length, begin, kernel, gap):
    places = begin + gap * np.arange(kernel)
    return places[(places >= 0) & (places < length)]


def outputs(length, kernel, stride, padding, gap, ceil_mode):
    room = length + 2 * padding - gap * (kernel - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= length + padding else count


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    N, C, H, W = x.shape
    axes = list(zip((H, W), kernel_size, stride, padding, dilation, strict=True))
    rows, columns = (outputs(*axis, ceil_mode) for axis in axes)
    output = np.full((rows, columns, N, C), -np.inf, x.dtype)
    winners = np.full((rows, columns, N, C), -1)
    for i in range(rows):
        h = inside(H, i * stride[0] - padding[0], kernel_size[0], dilation[0])
        for j in range(columns):
            w = inside(W, j * stride[1] - padding[1], kernel_size[1], dilation[1])
            if not len(h) or not len(w):
                continue
            window = x[:, :, h[:, None], w].reshape(N, C, len(h) * len(w))
            place = window.argmax(axis=2)
            output[i, j] = np.take_along_axis(window, place[..., None], 2)[..., 0]
            winners[i, j] = (h[:, None] * W + w).reshape(-1)[place]
    return output.transpose(2, 3, 0, 1), (winners, x.shape)


@hookimpl
def max_pool2d_backward(grad_output, saved):
    winners, shape = saved
    total = np.zeros((*shape[:2], shape[2] * shape[3] + 1))
    n, c = np.arange(shape[0])[:, None], np.arange(shape[1])
    with np.errstate(all="ignore"):
        np.add.at(total, (n, c, winners), grad_output.transpose(2, 3, 0, 1).astype(np.float64))
        return (total[:, :, :-1].reshape(shape).astype(grad_output.dtype),)
