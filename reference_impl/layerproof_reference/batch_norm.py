"""batch_norm: y = x^ * weight + bias, x^ = (x - mean) / sqrt(variance + eps), mean and variance per channel."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._normalization import (
    Normalized,
    as_rows,
    deviations_of,
    gradient_of_rows,
    mean_of,
    normalize,
)

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: x^, one row for each channel, and the parameters."""

    normalized: Normalized
    weight: Array | None
    has_bias: bool
    training: bool


@hookimpl
def batch_norm_forward(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    running_mean: Array | None,
    running_var: Array | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[tuple[Array, Array | None, Array | None], Saved]:
    rows = as_rows(x.swapaxes(0, 1), 1)
    with np.errstate(all="ignore"):
        if training:
            deviations = deviations_of(rows)
            normalized = normalize(deviations, eps, centred=True)
            running_mean, running_var = _updated(running_mean, running_var, rows, deviations, momentum)
        else:
            assert running_mean is not None
            assert running_var is not None
            scale = 1 / np.sqrt(running_var.astype(np.float64) + eps)[:, None]
            normalized = Normalized((rows - running_mean[:, None]) * scale, scale, False)
        y = normalized.rows
        if weight is not None:
            y = y * weight[:, None]
        if bias is not None:
            y = y + bias[:, None]
        outputs = _as_batch(y, x.shape).astype(x.dtype, copy=False), running_mean, running_var
        return outputs, Saved(normalized, weight, bias is not None, training)


@hookimpl
def batch_norm_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    normalized, weight, has_bias, training = saved
    dtype = grad_output.dtype
    gradient = as_rows(grad_output.swapaxes(0, 1), 1)
    grad_x = grad_weight = grad_bias = None
    with np.errstate(all="ignore"):
        if needs_input_grad[0]:
            scaled = gradient if weight is None else gradient * weight[:, None]
            # running statistics do not depend on x, so that x^ is linear in it
            rows = gradient_of_rows(scaled, normalized) if training else scaled * normalized.scale
            grad_x = _as_batch(rows, grad_output.shape).astype(dtype, copy=False)
        if needs_input_grad[1] and weight is not None:
            grad_weight = (gradient * normalized.rows).sum(axis=1).astype(dtype, copy=False)
        if needs_input_grad[2] and has_bias:
            grad_bias = gradient.sum(axis=1).astype(dtype, copy=False)
    return grad_x, grad_weight, grad_bias


def _updated(
    running_mean: Array | None, running_var: Array | None, rows: Array, deviations: Array, momentum: float
) -> tuple[Array | None, Array | None]:
    """The running statistics after the step; an empty batch does not change them."""
    count = rows.shape[1]
    if running_mean is None or running_var is None or count == 0:
        return running_mean, running_var
    mean = mean_of(rows)[:, 0]
    unbiased = np.square(deviations).sum(axis=1) / (count - 1)
    new_mean = (1 - momentum) * running_mean.astype(np.float64) + momentum * mean
    new_var = (1 - momentum) * running_var.astype(np.float64) + momentum * unbiased
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)


def _as_batch(rows: Array, shape: tuple[int, ...]) -> Array:
    """Rows of channels as (N, C, ...) again."""
    N, C, *positions = shape
    return rows.reshape(C, N, *positions).swapaxes(0, 1)
