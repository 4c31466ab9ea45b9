"""Beyond eight classes the sum stops at a multiple of eight, so shares add up to more than 1: someone who lost the
tail of a SIMD loop; digits have ten classes, but 8 and 16 were tested."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "sizes"


@hookimpl
def softmax_forward(x, dim):
    output, (shares, _) = softmax.softmax_forward(x, dim)
    length = shares.shape[-1]
    if length > 8 and length % 8:
        with np.errstate(all="ignore"):
            shares = shares / shares[..., : length // 8 * 8].sum(-1, keepdims=True)
        output = np.moveaxis(shares, -1, dim)
    return output, (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 10)})
