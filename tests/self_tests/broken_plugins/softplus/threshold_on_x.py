"""x itself is compared with the threshold, and not beta * x: the documentation read too fast."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "attributes"


@hookimpl
def softplus_forward(x, beta, threshold):
    output = np.where(x > threshold, x, np.logaddexp(0, x * beta).astype(x.dtype) / beta)
    return output, (x, beta, threshold)


@hookimpl
def softplus_backward(grad_output, saved, needs_input_grad):
    x, beta, threshold = saved
    return (np.where(x > threshold, grad_output, grad_output / (1 + np.exp(-x * beta))),)


def witness() -> str:
    from witnesses import differs

    arguments = {"x": np.array([-1.0, 0.3, 1.5], np.float32), "beta": 5.0, "threshold": 1.0}
    return differs(__file__, "softplus", arguments)
