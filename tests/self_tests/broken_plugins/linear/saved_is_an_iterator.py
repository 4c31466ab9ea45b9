"""saved is an iterator, which the first backward uses up: someone who wrote iter or a generator expression."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "state"


@hookimpl
def linear_forward(x, weight, bias):
    output, saved = linear.linear_forward(x, weight, bias)
    return output, iter(saved)


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    x, weight, has_bias = saved
    return linear.linear_backward(grad_output, (x, weight, has_bias), needs_input_grad)


def witness() -> str:
    from witnesses import Plugin, gradient_for, normal

    given = {"x": normal(2, 3), "weight": normal(2, 3, seed=1)}
    loaded = Plugin(__file__)
    _, saved = loaded.forward("linear", given)
    loaded.backward(gradient_for("linear", given), saved)
    try:
        loaded.backward(gradient_for("linear", given), saved)
    except ValueError as error:
        return f"the second backward raises ValueError: {error}"
    return ""
