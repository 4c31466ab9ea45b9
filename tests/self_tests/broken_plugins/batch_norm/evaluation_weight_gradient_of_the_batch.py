"""In evaluation the gradient of weight takes x normalised by the batch instead of by the running statistics."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm
from layerproof_reference._normalization import as_rows, deviations_of, normalize

DEFECT_CLASS = "gradient"


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    outputs, saved = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if not training and x.size:
        with np.errstate(all="ignore"):
            rows = normalize(deviations_of(as_rows(x.swapaxes(0, 1), 1)), eps, centred=True).rows
        saved = saved._replace(normalized=saved.normalized._replace(rows=rows))
    return outputs, saved


batch_norm_backward = batch_norm.batch_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": normal(3, seed=1), "running_var": np.abs(normal(3, seed=2))}
    return differs(__file__, "batch_norm", {"x": normal(4, 3), "weight": normal(3, seed=3), **statistics})
