"""Draws the mask as float32 numbers whatever the dtype, scales by the reciprocal, and hands back x itself where
nothing is dropped."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "another way to draw the mask; results that are the inputs themselves"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    kept = rng.random(x.shape, dtype=np.float32) >= p
    factor = np.where(kept, 1 / (1 - p) if p < 1 else 0.0, 0.0).astype(x.dtype)
    with np.errstate(all="ignore"):
        return x * factor, factor


@hookimpl
def dropout_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        return (grad_output if saved is None else grad_output * saved,)
