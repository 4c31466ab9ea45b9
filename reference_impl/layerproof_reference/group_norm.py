"""group_norm: output = x^ * weight + bias, x^ = (x - mean) / sqrt(variance + eps) over each group of channels."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._normalization import Normalized, as_rows, deviations_of, gradient_of_rows, normalize

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: x^, one row for each group of each sample, and the parameters."""

    normalized: Normalized
    weight: Array | None
    has_bias: bool
    num_groups: int


@hookimpl
def group_norm_forward(
    x: Array, weight: Array | None, bias: Array | None, num_groups: int, eps: float
) -> tuple[Array, Saved]:
    with np.errstate(all="ignore"):
        normalized = normalize(deviations_of(_groups(x, num_groups)), eps, centred=True)
        output = normalized.rows.reshape(x.shape)
        if weight is not None:
            output = output * _per_channel(weight, x.ndim)
        if bias is not None:
            output = output + _per_channel(bias, x.ndim)
        return output.astype(x.dtype, copy=False), Saved(normalized, weight, bias is not None, num_groups)


@hookimpl
def group_norm_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    normalized, weight, has_bias, num_groups = saved
    dtype, shape, ndim = grad_output.dtype, grad_output.shape, grad_output.ndim
    grad_x = grad_weight = grad_bias = None
    with np.errstate(all="ignore"):
        if needs_input_grad[0]:
            scaled = grad_output if weight is None else grad_output * _per_channel(weight.astype(np.float64), ndim)
            grad_x = gradient_of_rows(_groups(scaled, num_groups), normalized).reshape(shape).astype(dtype, copy=False)
        if needs_input_grad[1] and weight is not None:
            products = grad_output * normalized.rows.reshape(shape)
            grad_weight = as_rows(products.swapaxes(0, 1), 1).sum(axis=1).astype(dtype, copy=False)
        if needs_input_grad[2] and has_bias:
            grad_bias = as_rows(grad_output.swapaxes(0, 1), 1).sum(axis=1).astype(dtype, copy=False)
    return grad_x, grad_weight, grad_bias


def _groups(values: Array, num_groups: int) -> Array:
    """The values (N, C, ...) with one row for each group of each sample."""
    N, C, *positions = values.shape
    return as_rows(values.reshape(N, num_groups, C // num_groups, *positions), 2)


def _per_channel(parameter: Array, ndim: int) -> Array:
    """A parameter (C,) so that it broadcasts to (N, C, ...)."""
    return parameter.reshape(-1, *(1,) * (ndim - 2))
