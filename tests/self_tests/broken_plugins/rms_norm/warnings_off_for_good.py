"""warnings.simplefilter("ignore") in forward holds for the whole process from then on: a noisy notebook."""

import warnings

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "global state"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    warnings.simplefilter("ignore", RuntimeWarning)
    return rms_norm.rms_norm_forward(x, weight, normalized_shape, eps)


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "rms_norm", {"x": normal(3, 8), "normalized_shape": (8,)})
