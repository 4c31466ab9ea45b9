"""layer_norm: output = x^ * weight + bias, x^ = (x - mean) / sqrt(variance + eps) over the last axes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._normalization import (
    Normalized,
    as_rows,
    deviations_of,
    gradient_of_rows,
    normalize,
    sum_of_rows,
)

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: x^, one row for each place on the leading axes, and the parameters."""

    normalized: Normalized
    weight: Array | None
    has_bias: bool
    normalized_shape: tuple[int, ...]


@hookimpl
def layer_norm_forward(
    x: Array, weight: Array | None, bias: Array | None, normalized_shape: tuple[int, ...], eps: float
) -> tuple[Array, Saved]:
    with np.errstate(all="ignore"):
        normalized = normalize(deviations_of(as_rows(x, x.ndim - len(normalized_shape))), eps, centred=True)
        output = normalized.rows.reshape(x.shape)
        if weight is not None:
            output = output * weight
        if bias is not None:
            output = output + bias
        saved = Saved(normalized, weight, bias is not None, normalized_shape)
        return output.astype(x.dtype, copy=False), saved


@hookimpl
def layer_norm_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    normalized, weight, has_bias, normalized_shape = saved
    dtype = grad_output.dtype
    gradient = as_rows(grad_output, grad_output.ndim - len(normalized_shape))
    grad_x = grad_weight = grad_bias = None
    with np.errstate(all="ignore"):
        if needs_input_grad[0]:
            scaled = gradient if weight is None else gradient * weight.reshape(-1)
            grad_x = gradient_of_rows(scaled, normalized).reshape(grad_output.shape).astype(dtype, copy=False)
        if needs_input_grad[1] and weight is not None:
            grad_weight = sum_of_rows(gradient * normalized.rows).reshape(normalized_shape).astype(dtype, copy=False)
        if needs_input_grad[2] and has_bias:
            grad_bias = sum_of_rows(gradient).reshape(normalized_shape).astype(dtype, copy=False)
    return grad_x, grad_weight, grad_bias
