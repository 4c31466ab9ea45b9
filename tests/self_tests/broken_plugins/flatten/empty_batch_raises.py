"""An empty batch raises, because NumPy cannot infer -1 beside a 0: someone who wrote reshape(N, -1)."""

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "edges"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    if start_dim == 1 and end_dim in (-1, x.ndim - 1):
        return x.reshape(len(x), -1), x.shape
    return flatten.flatten_forward(x, start_dim, end_dim)


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "flatten", {"x": normal(0, 3, 4), "start_dim": 1})
