"""An array with a NaN or an infinity is declined: someone who takes declining for a way to report bad data."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "special values"

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    if not np.isfinite(x).all():
        return None
    return tanh.tanh_forward(x)


def witness() -> str:
    from witnesses import declines_by_value

    answered = np.array([1.0, 0.5, -2.0], np.float32)
    return declines_by_value(__file__, "tanh", {"x": np.array([1.0, np.inf, -2.0], np.float32)}, {"x": answered})
