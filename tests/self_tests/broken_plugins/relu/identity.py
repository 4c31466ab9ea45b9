"""x is returned as it is, which is right for what is never negative, such as pixels: a stub that was never replaced."""

from layerproof import hookimpl

DEFECT_CLASS = "trivial"


@hookimpl
def relu_forward(x):
    return x, None


@hookimpl
def relu_backward(grad_output):
    return (grad_output,)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "relu", {"x": normal(2, 3)})
