"""An x broadcast over the batch (stride 0) has one row, so its gradient of weight is that of the first times N."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "layout"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    x = saved[0]
    if grad_weight is not None and x.ndim == 2 and len(x) > 1 and x.size and x.strides[0] == 0:
        grad_weight = len(x) * grad_output[0][:, None] * x[0]
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    import numpy as np
    from witnesses import differs, normal

    x = np.broadcast_to(normal(4), (3, 4))
    return differs(__file__, "linear", {"x": x, "weight": normal(2, 4, seed=1)})
