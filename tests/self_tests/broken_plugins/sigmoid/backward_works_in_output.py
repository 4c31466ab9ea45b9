"""backward computes s * (1 - s) inside the array that forward returned: someone who saves an allocation."""

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "mutation"

sigmoid_forward = sigmoid.sigmoid_forward


@hookimpl
def sigmoid_backward(grad_output, saved, needs_input_grad):
    saved *= 1 - saved
    return (grad_output * saved,)


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "sigmoid", {"x": normal(3, 4)})
