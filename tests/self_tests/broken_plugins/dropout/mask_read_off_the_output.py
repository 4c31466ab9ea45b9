"""backward takes output != 0 for the mask, and drops the gradient of every x that was 0: someone who saves memory."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "ties"


@hookimpl
def dropout_forward(x, p, training, rng):
    output, _ = dropout.dropout_forward(x, p, training, rng)
    return output, (output, p) if training else None


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    if saved is None:
        return (grad_output,)
    output, p = saved
    return (dropout._dropped(grad_output, output != 0, p),)


def witness() -> str:
    from witnesses import Plugin

    zeros, ones = np.zeros(100), np.ones(100)
    arguments = {"x": zeros, "p": 0.0, "training": True, "rng": np.random.default_rng(1)}
    answer = Plugin(__file__).run("dropout", arguments, ones)
    wrong = int((answer.gradients[0] != 1).sum())
    return f"{wrong} of 100 gradients are 0 with p=0, but all should be 1" if wrong else ""
