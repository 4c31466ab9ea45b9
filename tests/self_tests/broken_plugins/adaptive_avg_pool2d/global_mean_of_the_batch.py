"""For one pixel of output the mean is taken over the batch too when there is one channel: someone who wrote x.mean()
for a single picture."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d

DEFECT_CLASS = "formula"


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    output, saved = adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)
    if output_size == (1, 1) and x.shape[1] == 1 and len(x):
        output = np.full_like(output, x.mean())
    return output, saved


adaptive_avg_pool2d_backward = adaptive_avg_pool2d.adaptive_avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(2, 1, 3, 3), "output_size": (1, 1)})
