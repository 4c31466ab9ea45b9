"""backward draws a new mask, because forward saved rng and not what came of it: less memory, and another gradient."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "gradient"


@hookimpl
def dropout_forward(x, p, training, rng):
    return dropout.dropout_forward(x, p, training, rng)[0], (p, training, rng)


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    return dropout.dropout_forward(grad_output, *saved)[:1]


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    ones, rng = np.ones(100), np.random.default_rng(1)
    answer = Plugin(__file__).run("dropout", {"x": ones, "p": 0.5, "training": True, "rng": rng}, ones)
    wrong = int((answer.outputs[0] != answer.gradients[0]).sum())
    return f"{wrong} of 100 gradients are dropped or kept unlike their outputs" if wrong else ""
