"""The gradient is put back in the order of its memory: someone whose forward is right and whose gradients are always
in C order."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "layout"


flatten_forward = flatten.flatten_forward


@hookimpl
def flatten_backward(grad_output, saved):
    return (grad_output.reshape(saved, order="A"),)


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(
        __file__, "flatten", {"x": normal(2, 3, 2), "start_dim": 1}, grad_output=laid_out(normal(2, 6), "fortran")
    )
