"""The product is computed in float16 and cast back: someone who wants tensor cores."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "precision"


@hookimpl
def linear_forward(x, weight, bias):
    output, saved = linear.linear_forward(x, weight, bias)
    with np.errstate(all="ignore"):
        product = x.astype(np.float16).reshape(output[..., :1].size, weight.shape[1]) @ weight.astype(np.float16).T
    product = product.astype(x.dtype).reshape(output.shape)
    return (product if bias is None else product + bias), saved


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(4, 3), "weight": normal(2, 3, seed=1)})
