"""A momentum outside 0 to 1 is clamped to that range, as nobody would want it."""

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "attributes"


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    momentum = min(max(momentum, 0.0), 1.0)
    return batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)


batch_norm_backward = batch_norm.batch_norm_backward


def witness() -> str:
    import numpy as np
    from witnesses import differs, normal

    statistics = {"running_mean": normal(3, seed=1), "running_var": np.abs(normal(3, seed=2))}
    return differs(__file__, "batch_norm", {"x": normal(4, 3), **statistics, "training": True, "momentum": 1.5})
