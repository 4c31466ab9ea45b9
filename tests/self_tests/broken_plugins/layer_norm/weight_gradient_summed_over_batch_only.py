"""The gradients of the parameters are summed over the batch but averaged over the steps: 2-D code put on sequences."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "reduction"

layer_norm_forward = layer_norm.layer_norm_forward


@hookimpl
def layer_norm_backward(grad_output, saved, needs_input_grad):
    gradients = layer_norm.layer_norm_backward(grad_output, saved, needs_input_grad)
    leading = grad_output.shape[: grad_output.ndim - len(saved.normalized_shape)]
    steps = max(int(np.prod(leading[1:])), 1)
    return gradients[0], *(None if gradient is None else np.asarray(gradient / steps) for gradient in gradients[1:])


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(5, seed=1), "bias": normal(5, seed=2), "normalized_shape": (5,)}
    if differs(__file__, "layer_norm", {"x": normal(3, 5), **parameters}):
        return ""
    return differs(__file__, "layer_norm", {"x": normal(2, 3, 5), **parameters})
