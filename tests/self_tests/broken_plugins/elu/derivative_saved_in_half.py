"""forward saves the derivative in float16 for backward, to save memory: activation compression as a paper has it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "precision"


@hookimpl
def elu_forward(x, alpha):
    output, _ = elu.elu_forward(x, alpha)
    return output, np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0))).astype(np.float16)


@hookimpl
def elu_backward(grad_output, saved, needs_input_grad):
    return (np.asarray(grad_output * saved.astype(grad_output.dtype)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "elu", {"x": normal(3, 40)}, elementwise=True)
