"""grad_output is multiplied by a loss scale in place and divided afterwards, which loses large numbers: someone with
a recipe for half precision."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "mutation"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    if not grad_output.flags.writeable:
        return linear.linear_backward(grad_output, saved, needs_input_grad)
    with np.errstate(all="ignore"):
        grad_output *= 1000
        gradients = linear.linear_backward(grad_output, saved, needs_input_grad)
        grad_output /= 1000
    return tuple(None if gradient is None else gradient / 1000 for gradient in gradients)


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "linear", {"x": normal(4, 3), "weight": normal(5, 3, seed=1)})
