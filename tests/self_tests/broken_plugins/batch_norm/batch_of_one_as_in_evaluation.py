"""A batch of one is normalised with the running statistics in training too: one value has no variance, but maps do."""

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "edges"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    used = training and (len(x) != 1 or running_mean is None)
    return batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, used, momentum, eps)


def witness() -> str:
    import numpy as np
    from witnesses import differs, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    if differs(__file__, "batch_norm", {"x": normal(2, 3, 5), "training": True, **statistics}):
        return ""
    return differs(__file__, "batch_norm", {"x": normal(1, 3, 5), "training": True, **statistics})
