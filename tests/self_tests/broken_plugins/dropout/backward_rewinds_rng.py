"""backward sets rng back to draw the mask again, and leaves it there: a mask not stored, as in checkpointing."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"


@hookimpl
def dropout_forward(x, p, training, rng):
    before = rng.bit_generator.state
    return dropout.dropout_forward(x, p, training, rng)[0], (p, training, rng, before)


@hookimpl
def dropout_backward(grad_output, saved, needs_input_grad):
    p, training, rng, before = saved
    rng.bit_generator.state = before
    return dropout.dropout_forward(grad_output, p, training, rng)[:1]


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    plugin, rng, masks = Plugin(__file__), np.random.default_rng(1), []
    for _ in range(2):
        arguments = {"x": np.ones(1000), "p": 0.5, "training": True, "rng": rng}
        (output,), saved = plugin.forward("dropout", arguments)
        arguments["rng"].random(7)
        before = rng.bit_generator.state
        plugin.backward(np.ones(1000), saved)
        masks.append(output)
        if rng.bit_generator.state != before:
            return f"backward moves rng back by 7 draws: the next is {rng.random()}"
    return ""
