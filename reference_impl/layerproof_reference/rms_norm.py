"""rms_norm: output = x^ * weight, x^ = x / sqrt(mean of x*x + eps) over the last axes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._normalization import Normalized, as_rows, gradient_of_rows, normalize, sum_of_rows

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: x^, one row for each place on the leading axes, and the weight."""

    normalized: Normalized
    weight: Array | None
    normalized_shape: tuple[int, ...]


@hookimpl
def rms_norm_forward(
    x: Array, weight: Array | None, normalized_shape: tuple[int, ...], eps: float | None
) -> tuple[Array, Saved]:
    added = float(np.finfo(x.dtype).eps) if eps is None else eps
    with np.errstate(all="ignore"):
        normalized = normalize(as_rows(x, x.ndim - len(normalized_shape)), added, centred=False)
        output = normalized.rows.reshape(x.shape)
        if weight is not None:
            output = output * weight
        return output.astype(x.dtype, copy=False), Saved(normalized, weight, normalized_shape)


@hookimpl
def rms_norm_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool]
) -> tuple[Array | None, Array | None]:
    normalized, weight, normalized_shape = saved
    dtype = grad_output.dtype
    gradient = as_rows(grad_output, grad_output.ndim - len(normalized_shape))
    grad_x = grad_weight = None
    with np.errstate(all="ignore"):
        if needs_input_grad[0]:
            scaled = gradient if weight is None else gradient * weight.reshape(-1)
            grad_x = gradient_of_rows(scaled, normalized).reshape(grad_output.shape).astype(dtype, copy=False)
        if needs_input_grad[1] and weight is not None:
            grad_weight = sum_of_rows(gradient * normalized.rows).reshape(normalized_shape).astype(dtype, copy=False)
    return grad_x, grad_weight
