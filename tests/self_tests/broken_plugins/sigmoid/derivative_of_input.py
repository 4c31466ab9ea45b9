"""backward applies s * (1 - s) to x instead of the output: the famous eleven-line network, whose s was the output."""

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "gradient"


@hookimpl
def sigmoid_forward(x):
    return sigmoid.sigmoid_forward(x)[0], x


@hookimpl
def sigmoid_backward(grad_output, saved, needs_input_grad):
    return (grad_output * saved * (1 - saved),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "sigmoid", {"x": normal(3, 4)})
