"""numpy.where chooses 0 for what is dropped, also for a NaN, which a product with 0 would have shown."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "special values"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    return np.where(mask, x / (1 - p) if p < 1 else x, 0).astype(x.dtype), (mask, p)


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    if saved is None:
        return (grad_output,)
    mask, p = saved
    return (np.where(mask, grad_output / (1 - p) if p < 1 else grad_output, 0).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import Plugin

    x = np.full(100, np.nan)
    arguments = {"x": x, "p": 0.5, "training": True, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    wrong = int((~np.isnan(output)).sum())
    return f"{wrong} of 100 NaN become {np.nanmax(output)}, but all should stay NaN" if wrong else ""
