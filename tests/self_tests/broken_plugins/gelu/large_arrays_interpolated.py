"""Arrays of more than 4096 elements go through a table with linear interpolation, for speed."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "sizes"

PLACES = np.linspace(-8, 8, 2049)


@hookimpl
def gelu_forward(x, approximate):
    output, saved = gelu.gelu_forward(x, approximate)
    if x.size > 4096:
        table, _ = gelu.gelu_forward(PLACES, approximate)
        output = np.where(np.abs(x) < 8, np.interp(x, PLACES, table), output).astype(x.dtype)
    return output, saved


gelu_backward = gelu.gelu_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(5000)}, relative=1e-6)
