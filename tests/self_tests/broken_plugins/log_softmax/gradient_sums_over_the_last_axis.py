"""Backward sums along the last axis whatever dim is: someone who forgot one of two places."""

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "attributes"


@hookimpl
def log_softmax_forward(x, dim):
    output, _ = log_softmax.log_softmax_forward(x, dim)
    return output, (output, -1)


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "log_softmax", {"x": normal(2, 3), "dim": 0})
