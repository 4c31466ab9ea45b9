"""backward takes 1 - tanh(output)**2, though output is tanh(x) already: the helper was written to be given x."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "gradient"

tanh_forward = tanh.tanh_forward


@hookimpl
def tanh_backward(grad_output, saved, needs_input_grad):
    return (np.asarray(grad_output * (1 - np.tanh(saved) ** 2)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "tanh", {"x": normal(3, 4)})
