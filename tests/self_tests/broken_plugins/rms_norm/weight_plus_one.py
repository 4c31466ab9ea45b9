"""The output is multiplied by 1 + weight: another well-known language model stores its weights that way."""

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "formula"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    return rms_norm.rms_norm_forward(x, None if weight is None else 1 + weight, normalized_shape, eps)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"x": normal(3, 8), "weight": normal(8, seed=1), "normalized_shape": (8,)}
    return differs(__file__, "rms_norm", arguments)
