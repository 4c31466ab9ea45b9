"""The mean is subtracted first, as in layer_norm: someone who added a parameter to the norm that was there."""

from layerproof import hookimpl
from layerproof_reference import layer_norm, rms_norm

DEFECT_CLASS = "formula"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    _, saved = rms_norm.rms_norm_forward(x, weight, normalized_shape, eps)
    return layer_norm.layer_norm_forward(x, weight, None, normalized_shape, 1e-6 if eps is None else eps)[0], saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(3, 8), "normalized_shape": (8,)})
