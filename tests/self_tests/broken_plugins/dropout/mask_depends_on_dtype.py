"""rng.random(dtype=x.dtype) draws other numbers for float32 than for float64 from the same state: it saves a cast."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape, dtype=x.dtype) >= p
    return dropout._dropped(x, mask, p), (mask, p)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    masks = []
    for dtype in (np.float32, np.float64):
        arguments = {"x": np.ones(1000, dtype), "p": 0.5, "training": True, "rng": np.random.default_rng(1)}
        masks.append(Plugin(__file__).forward("dropout", arguments)[0][0] != 0)
    wrong = int((masks[0] != masks[1]).sum())
    return f"float32 and float64 masks from equal states differ in {wrong} of 1000 places" if wrong else ""
