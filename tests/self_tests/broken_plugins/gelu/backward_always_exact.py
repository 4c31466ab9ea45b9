"""backward has only the derivative of the formula by erf, also after the forward by tanh: one kernel for two modes."""

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "gradient"

gelu_forward = gelu.gelu_forward


@hookimpl
def gelu_backward(grad_output, saved, needs_input_grad):
    return gelu.gelu_backward(grad_output, (saved[0], "none"), needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 40), "approximate": "tanh"}, relative=1e-5)
