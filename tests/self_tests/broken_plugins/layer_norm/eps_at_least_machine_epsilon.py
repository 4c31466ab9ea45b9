"""eps is raised to the machine epsilon, so that rows with a very small variance come out too small."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "attributes"


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    eps = max(eps, float(np.finfo(x.dtype).eps))
    return layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)


layer_norm_backward = layer_norm.layer_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "layer_norm", {"x": normal(2, 5) / 1000, "normalized_shape": (5,), "eps": 1e-12})
