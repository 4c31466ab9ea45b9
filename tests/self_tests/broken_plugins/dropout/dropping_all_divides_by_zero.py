"""1 / (1 - p) is computed in Python first, which raises for p = 1: nobody drops everything, except a test."""

from layerproof import hookimpl

DEFECT_CLASS = "edges"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, 1.0
    factor = ((rng.random(x.shape) >= p) * (1 / (1 - p))).astype(x.dtype)
    return x * factor, factor


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    return (grad_output * saved,)


def witness() -> str:
    import numpy as np
    from witnesses import raises

    ones = np.ones(10)
    arguments = {"x": ones, "p": 1.0, "training": True, "rng": np.random.default_rng(1)}
    return raises(__file__, "dropout", arguments, ones)
