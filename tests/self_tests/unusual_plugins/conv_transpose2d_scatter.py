"""Each pixel adds its weighted kernel to the output, one tap at a time; the kernels may be long double inside."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "higher precision inside; order of summation by taps"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    (N, C, H, W), (_, outputs, kH, kW) = x.shape, weight.shape
    full = [
        (size - 1) * step + spread * (kernel - 1) + 1 + extra
        for size, step, spread, kernel, extra in zip((H, W), stride, dilation, (kH, kW), output_padding, strict=True)
    ]
    images = x.reshape(N, groups, C // groups, H, W).astype(np.longdouble)
    kernels = weight.reshape(groups, C // groups, outputs, kH, kW)
    canvas = np.zeros((N, groups, outputs, *full), np.longdouble)
    with np.errstate(all="ignore"):
        for p, q in np.ndindex(kH, kW):
            part = canvas[..., p * dilation[0] :: stride[0], q * dilation[1] :: stride[1]][..., :H, :W]
            part += np.einsum("ngchw,gco->ngohw", images, kernels[..., p, q])
        canvas = canvas.reshape(N, groups * outputs, *full)
        output = canvas[:, :, padding[0] : full[0] - padding[0], padding[1] : full[1] - padding[1]].astype(x.dtype)
        output = output if bias is None else output + bias[:, None, None]
    return output, (images, kernels, bias is not None, stride, padding, dilation, full)


@hookimpl
def conv_transpose2d_backward(grad_output, saved):
    images, kernels, has_bias, stride, padding, dilation, full = saved
    N, groups, channels, H, W = images.shape
    outputs, (kH, kW) = kernels.shape[2], kernels.shape[3:]
    canvas = np.zeros((N, groups, outputs, *full), grad_output.dtype)
    inner = canvas[..., padding[0] : full[0] - padding[0], padding[1] : full[1] - padding[1]]
    inner[...] = grad_output.reshape(inner.shape)
    grad_x, grad_weight = np.zeros(images.shape, np.longdouble), np.zeros(kernels.shape, np.longdouble)
    with np.errstate(all="ignore"):
        for p, q in np.ndindex(kH, kW):
            part = canvas[..., p * dilation[0] :: stride[0], q * dilation[1] :: stride[1]][..., :H, :W]
            grad_x += np.einsum("ngohw,gco->ngchw", part, kernels[..., p, q].astype(np.longdouble))
            grad_weight[..., p, q] = np.einsum("ngchw,ngohw->gco", images, part)
        grad_bias = np.ascontiguousarray(grad_output.swapaxes(0, 1)).sum((1, 2, 3)) if has_bias else None
        grad_x = grad_x.reshape(N, groups * channels, H, W).astype(grad_output.dtype)
        grad_weight = grad_weight.reshape(groups * channels, outputs, kH, kW).astype(grad_output.dtype)
    return grad_x, grad_weight, grad_bias
