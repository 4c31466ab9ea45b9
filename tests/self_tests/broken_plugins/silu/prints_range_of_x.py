"""A line left over from debugging prints the range of every x: everybody, once."""

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "process"

silu_backward = silu.silu_backward


@hookimpl
def silu_forward(x):
    print("silu", x.shape, x.min(initial=0), x.max(initial=0))
    return silu.silu_forward(x)


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "silu", {"x": normal(3, 4)})
