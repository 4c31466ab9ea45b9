"""Training does not scale up and evaluation multiplies by 1 - p: the original paper, before it was turned around."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "formula"


@hookimpl
def dropout_forward(x, p, training, rng):
    factor = rng.random(x.shape) >= p if training else 1 - p
    return np.asarray(x * factor), factor


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    return (np.asarray(grad_output * saved),)


def witness() -> str:
    from witnesses import Plugin

    x = np.ones((10, 10), np.float32)
    arguments = {"x": x, "p": 0.25, "training": True, "rng": np.random.default_rng(1)}
    (output,), _ = Plugin(__file__).forward("dropout", arguments)
    wrong = int(((output != 0) & (np.abs(output - 4 / 3) > 1e-6)).sum())
    return f"{wrong} of 100 ones become {output.max()} with p=0.25, but should be 0 or 4/3" if wrong else ""
