"""An axis of length 0 raises, because max of nothing has no value: someone who did not write initial=."""

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "edges"


@hookimpl
def softmax_forward(x, dim):
    if x.ndim:
        x.max(axis=dim, keepdims=True)
    return softmax.softmax_forward(x, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "softmax", {"x": normal(2, 0)})
