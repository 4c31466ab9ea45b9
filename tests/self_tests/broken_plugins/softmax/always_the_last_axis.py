"""dim is taken and not looked at: someone who classifies and has the classes last."""

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "attributes"


@hookimpl
def softmax_forward(x, dim):
    return softmax.softmax_forward(x, -1)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3), "dim": 0})
