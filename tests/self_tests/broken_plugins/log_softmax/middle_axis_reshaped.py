"""An axis that is not the last is brought to the end by reshape, which does not move the elements."""

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "attributes"


@hookimpl
def log_softmax_forward(x, dim):
    if x.ndim < 3 or dim % x.ndim in (0, x.ndim - 1):
        return log_softmax.log_softmax_forward(x, dim)
    shape = (*x.shape[: dim % x.ndim], *x.shape[dim % x.ndim + 1 :], x.shape[dim])
    output, _ = log_softmax.log_softmax_forward(x.reshape(shape), -1)
    output = output.reshape(x.shape)
    return output, (output, dim)


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "log_softmax", {"x": normal(2, 3, 4), "dim": 1})
