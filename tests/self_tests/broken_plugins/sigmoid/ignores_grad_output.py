"""backward returns the local derivative and leaves grad_output out: it was only ever tested with ones."""

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "trivial"

sigmoid_forward = sigmoid.sigmoid_forward


@hookimpl
def sigmoid_backward(grad_output, saved, needs_input_grad):
    return (saved * (1 - saved),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "sigmoid", {"x": normal(3, 4)})
