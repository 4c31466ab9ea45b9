"""conv2d: a direct kernel for windows that move by one pixel, columns for all others.

The direct kernel leaves gaps between the lines of what it returns, instead of copying them together.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, whole_steps, with_rows
from layerproof_numba._compile import run

Array = NDArray[Any]
Pair = tuple[int, int]

# The kernel that skips zeros is used below this share of non-zero values, and from this number of channels on.
DENSE = 0.25
FEW_CHANNELS = 16


class Saved(NamedTuple):
    """What backward needs."""

    x: Array
    weight: Array
    has_bias: bool
    stride: Pair
    padding: Pair
    dilation: Pair
    groups: int

    @property
    def kernels(self) -> Array:
        """The kernels by group (groups, O/groups, C/groups, kH*kW)."""
        outputs, channels, kH, kW = self.weight.shape
        return flat(self.weight).reshape(self.groups, outputs // self.groups, channels, kH * kW)

    def work(self, output: Array) -> int:
        """The amount of work for an output of this size, as ``run`` counts it."""
        return output.size * self.weight[0].size // 16


@hookimpl
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> tuple[Array, Saved]:
    saved = Saved(x, weight, bias is not None, stride, padding, dilation, groups)
    outputs, _, kH, kW = weight.shape
    H, W = (
        (length + 2 * pad - step * (kernel - 1) - 1) // move + 1
        for length, pad, step, kernel, move in zip(x.shape[2:], padding, dilation, (kH, kW), stride, strict=True)
    )
    start = np.zeros(outputs, x.dtype) if bias is None else flat(bias)
    direct = stride == (1, 1)
    output = np.empty((len(x), outputs, H, x.shape[3] + 2 * padding[1] if direct else W), x.dtype)
    run(
        "conv2d" if direct else "columns", "forward", x.dtype, saved.work(output),
        whole_steps(x), saved.kernels, start, output, kW, *(() if direct else stride), *padding, *dilation,
    )  # fmt: skip
    return output[:, :, :, :W], saved


@hookimpl
def conv2d_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    needs_x, needs_weight, needs_bias = needs_input_grad
    # the direct kernel multiplies zeros around grad_output with the kernel, and zeros between its lines with x: as
    # 0 * inf is NaN, both are computed from columns where something is not finite
    grad_x = grad_weight = grad_bias = None
    if saved.stride == (1, 1):
        direct_x = needs_x and bool(np.isfinite(saved.weight).all())
        compute = _sparse if _is_sparse(grad_output, saved) else _direct
        grad_x, grad_weight, grad_bias, finite = compute(grad_output, saved, direct_x, needs_weight)
        needs_x, needs_weight = needs_x and not direct_x, needs_weight and not finite
    if grad_bias is None or needs_x or needs_weight:
        from_columns = _from_columns(grad_output, saved, needs_x, needs_weight)
        grad_x = from_columns[0] if needs_x else grad_x
        grad_weight = from_columns[1] if needs_weight else grad_weight
        grad_bias = from_columns[2]
    return grad_x, grad_weight, grad_bias if needs_bias and saved.has_bias else None


def _is_sparse(grad_output: Array, saved: Saved) -> bool:
    """Whether most values of one image of grad_output are 0, and there are enough channels to fill registers."""
    if saved.groups > 1 or saved.x.shape[1] < FEW_CHANNELS or not len(grad_output):
        return False
    image = grad_output[len(grad_output) // 2]
    return bool(np.count_nonzero(image) < DENSE * image.size)


def _sparse(
    grad_output: Array, saved: Saved, needs_x: bool, needs_weight: bool
) -> tuple[Array | None, Array | None, Array, bool]:
    x, weight = saved.x, saved.weight
    grad_x = np.empty(x.shape if needs_x else (0, 0, 0, 0), x.dtype)
    grad_weight, grad_bias = np.zeros(weight.shape, x.dtype), np.zeros(len(weight), x.dtype)
    finite = run(
        "sparse", "backward", x.dtype, saved.work(grad_output),
        with_rows(x), saved.kernels, with_rows(grad_output),
        grad_x, grad_weight.reshape(saved.kernels.shape), grad_bias[:, None],
        weight.shape[3], *saved.padding, *saved.dilation, needs_x, needs_weight,
    )  # fmt: skip
    return grad_x if needs_x else None, grad_weight if needs_weight else None, grad_bias, finite


def _direct(
    grad_output: Array, saved: Saved, needs_x: bool, needs_weight: bool
) -> tuple[Array | None, Array | None, Array, bool]:
    x, weight, padding = saved.x, saved.weight, saved.padding
    W = x.shape[3]
    grad_x = np.empty((*x.shape[:3], W + 2 * padding[1]) if needs_x else (0, 0, 0, 0), x.dtype)
    grad_weight, grad_bias = np.zeros(weight.shape, x.dtype), np.zeros(len(weight), x.dtype)
    finite = run(
        "conv2d", "backward", x.dtype, saved.work(grad_output),
        whole_steps(x), saved.kernels.transpose(0, 2, 1, 3), whole_steps(grad_output),
        grad_x, grad_weight.reshape(len(weight), -1), grad_bias[:, None],
        weight.shape[3], *padding, *saved.dilation, needs_x, needs_weight,
    )  # fmt: skip
    return grad_x[:, :, :, :W] if needs_x else None, grad_weight if needs_weight else None, grad_bias, finite


def _from_columns(grad_output: Array, saved: Saved, needs_x: bool, needs_weight: bool) -> tuple[Array, Array, Array]:
    x, weight = saved.x, saved.weight
    grad_x = np.zeros(x.shape if needs_x else (0, 0, 0, 0), x.dtype)
    grad_weight, grad_bias = np.zeros(weight.shape, x.dtype), np.zeros(len(weight), x.dtype)
    groups, outputs = saved.kernels.shape[:2]
    run(
        "columns", "backward", x.dtype, saved.work(grad_output),
        whole_steps(x), saved.kernels.reshape(groups, outputs, -1, 1).transpose(0, 2, 1, 3), whole_steps(grad_output),
        grad_x, grad_weight.reshape(len(weight), -1), grad_bias[:, None],
        weight.shape[3], *saved.stride, *saved.padding, *saved.dilation, needs_x, needs_weight,
    )  # fmt: skip
    return grad_x, grad_weight, grad_bias
