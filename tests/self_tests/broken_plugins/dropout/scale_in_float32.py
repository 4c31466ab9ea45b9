"""The factor 1 / (1 - p) is a float32, also for x in float64."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "dtype"


def scaled(values, mask, scale):
    with np.errstate(all="ignore"):
        return np.asarray(values * mask * scale)


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    scale = np.float32(0 if p == 1 else 1 / (1 - p)).astype(x.dtype)
    return scaled(x, mask, scale), (mask, scale)


@hookimpl
def dropout_backward(grad_output, saved):
    return (grad_output if saved is None else scaled(grad_output, *saved),)


def witness() -> str:
    from witnesses import Plugin

    call = {"x": np.ones(64), "p": 0.1, "rng": np.random.default_rng(3)}
    largest = float(Plugin(__file__).forward("dropout", call)[0][0].max())
    return f"a kept 1.0 becomes {largest!r}, but should be {1 / 0.9!r}" if abs(largest - 1 / 0.9) > 1e-14 else ""
