"""x * clip(x / 6 + 1/2, 0, 1) takes the place of the sigmoid: mobile code, where exp is too dear."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "formula"


@hookimpl
def silu_forward(x):
    return np.asarray(x * np.clip(x / 6 + 0.5, 0, 1)), x


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    middle = np.abs(saved) < 3
    return (np.asarray(grad_output * np.where(middle, saved / 3 + 0.5, np.where(saved > 0, 1, 0)).astype(saved.dtype)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "silu", {"x": normal(3, 4)})
