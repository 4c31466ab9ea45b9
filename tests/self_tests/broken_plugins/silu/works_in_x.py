"""The output is computed in place of x, and the old values are saved: inplace=True, as people are used to."""

from layerproof import hookimpl
from layerproof_reference import silu
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "mutation"

silu_backward = silu.silu_backward


@hookimpl
def silu_forward(x):
    saved = x.copy()
    x *= logistic(x)
    return x, saved


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "silu", {"x": normal(3, 4)})
