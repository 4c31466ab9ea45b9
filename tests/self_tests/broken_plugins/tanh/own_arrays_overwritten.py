"""An x that owns its memory and may be written to is overwritten by the output; views are spared."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "mutation"


@hookimpl
def tanh_forward(x):
    with np.errstate(all="ignore"):
        if x.flags.owndata and x.flags.writeable and x.flags.c_contiguous:
            np.tanh(x, out=x)
            return x, x
        output = np.asarray(np.tanh(x))
    return output, output


tanh_backward = tanh.tanh_backward


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "tanh", {"x": normal(2, 3)})
