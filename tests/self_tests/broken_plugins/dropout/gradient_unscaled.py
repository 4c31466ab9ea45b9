"""grad_x is masked but not divided by 1 - p: forward was turned around one day and backward was not."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "gradient"

dropout_forward = dropout.dropout_forward


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    return (grad_output if saved is None else np.asarray(grad_output * saved[0]),)


def witness() -> str:
    from witnesses import Plugin

    ones, rng = np.ones(100), np.random.default_rng(1)
    answer = Plugin(__file__).run("dropout", {"x": ones, "p": 0.25, "training": True, "rng": rng}, ones)
    wrong = int((answer.outputs[0] != answer.gradients[0]).sum())
    return f"{wrong} of 100 gradients are not 1/0.75 as their outputs are" if wrong else ""
