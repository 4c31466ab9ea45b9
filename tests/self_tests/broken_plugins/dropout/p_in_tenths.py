"""rng.integers(10) is compared with 10 * p, which rounds p up to tenths: integers are cheaper to draw."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.integers(0, 10, x.shape) >= 10 * p
    return dropout._dropped(x, mask, p), (mask, p)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    arguments = {"x": np.ones(10000), "p": 0.25, "training": True, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    kept = int((output != 0).sum())
    off = abs(kept - 7500) / (10000 * 0.25 * 0.75) ** 0.5
    return f"{kept} of 10000 are kept with p=0.25, {off:.0f} standard deviations off 7500" if off > 6 else ""
