"""The shape is kept in the module, so backward puts the gradient into the shape of the latest input: someone who
wrote a class with one instance."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "state"


_shape = []


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    _shape[:] = x.shape
    return flatten.flatten_forward(x, start_dim, end_dim)[0], None


@hookimpl
def flatten_backward(grad_output):
    return (grad_output.reshape(_shape),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "flatten", {"x": normal(2, 3)}, between=[{"x": normal(3, 2)}])
