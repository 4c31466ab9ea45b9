"""eps=None means 1e-6, as in the configuration of a well-known language model, and not the epsilon of the dtype."""

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "attributes"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    return rms_norm.rms_norm_forward(x, weight, normalized_shape, 1e-6 if eps is None else eps)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(3, 8) * 1e-2, "normalized_shape": (8,)}, relative=1e-3)
