"""What is kept is divided by p and not by 1 - p: is p the share that stays or the share that goes?"""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "formula"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    factor = (mask / p if p else mask / 1.0).astype(x.dtype)
    return np.asarray(x * factor), factor


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    return (grad_output if saved is None else np.asarray(grad_output * saved),)


def witness() -> str:
    from witnesses import Plugin

    x = np.ones((10, 10), np.float32)
    arguments = {"x": x, "p": 0.25, "training": True, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    wrong = int(((output != 0) & (np.abs(output - 4 / 3) > 1e-6)).sum())
    return f"{wrong} of 100 ones become {output.max()} with p=0.25, but should be 0 or 4/3" if wrong else ""
