"""Where windows overlap a pixel keeps the share of the last one only: someone who assigns to slices."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "gradient"


avg_pool2d_forward = avg_pool2d.avg_pool2d_forward


@hookimpl
def avg_pool2d_backward(grad_output, saved, needs_input_grad):
    shares = grad_output / saved.pixels
    grad_x = np.zeros((*grad_output.shape[:2], *saved.size), grad_output.dtype)
    for i, j in np.ndindex(*grad_output.shape[2:]):
        rows = slice(saved.rows.first[i], saved.rows.last[i])
        columns = slice(saved.columns.first[j], saved.columns.last[j])
        grad_x[:, :, rows, columns] = shares[:, :, i : i + 1, j : j + 1]
    return (grad_x,)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "avg_pool2d", {"x": normal(1, 1, 3, 3), "kernel_size": (2, 2), "stride": (1, 1)})
