"""The numbers are drawn in the dtype of x, so that float32 and float64 get different masks from one state of rng."""

from layerproof import hookimpl
from layerproof_reference import dropout
from layerproof_reference.dropout import _dropped

UNUSUAL = "a mask for each dtype"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape, dtype=x.dtype.type) >= p
    return _dropped(x, mask, p), (mask, p)


dropout_backward = dropout.dropout_backward
