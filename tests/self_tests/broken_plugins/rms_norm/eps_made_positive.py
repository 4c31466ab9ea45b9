"""The absolute value of eps is added, so that the root of a negative number gives no NaN."""

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "attributes"


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    return rms_norm.rms_norm_forward(x, weight, normalized_shape, None if eps is None else abs(eps))


rms_norm_backward = rms_norm.rms_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(2, 5), "normalized_shape": (5,), "eps": -0.1})
