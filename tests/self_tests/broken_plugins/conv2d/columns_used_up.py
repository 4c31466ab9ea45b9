"""Backward takes the columns out of saved to free memory, so a second backward finds nothing: someone who saw memory
run out."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "state"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    output, saved = conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)
    return output, saved._asdict()


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    columns = saved.pop("columns")
    return conv2d.conv2d_backward(grad_output, conv2d.Saved(columns, **saved), needs_input_grad)


def witness() -> str:
    from witnesses import Plugin, gradient_for, normal

    given = {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)}
    loaded = Plugin(__file__)
    _, saved = loaded.forward("conv2d", given)
    grad_output = gradient_for("conv2d", given)
    loaded.backward(grad_output, saved)
    try:
        loaded.backward(grad_output, saved)
    except KeyError as error:
        return f"the second backward raises KeyError: {error}"
    return ""
