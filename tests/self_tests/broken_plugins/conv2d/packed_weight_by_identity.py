"""The packed weight is kept under the identity of its array, so an optimiser's update in place is never seen:
someone who cached what is costly."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "state"


_packed = {}


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    _, weight = _packed.setdefault(id(weight), (weight, weight.copy()))
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import normal, stale

    given = {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)}
    return stale(__file__, "conv2d", given, "weight", normal(1, 1, 2, 2, seed=2))
