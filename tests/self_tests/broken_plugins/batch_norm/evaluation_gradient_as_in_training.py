"""backward differentiates through mean and variance also where they were given: one backward for two modes."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "gradient"

batch_norm_forward = batch_norm.batch_norm_forward


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    normalized = saved.normalized._replace(centred=True)
    always = saved._replace(training=True, normalized=normalized)
    return batch_norm.batch_norm_backward(grad_output, always, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), **statistics})
