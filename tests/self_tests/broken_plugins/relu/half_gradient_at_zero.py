"""The gradient at x = 0 is half of grad_output: someone who checks against central differences, which say so."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "ties"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    return (
        (relu.relu_backward(grad_output, saved)[0] + np.where(saved == 0, grad_output / 2, 0)).astype(
            grad_output.dtype
        ),
    )


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([-1, 0, 1], np.float32)})
