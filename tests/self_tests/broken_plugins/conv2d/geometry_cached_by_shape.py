"""The table of window positions is cached under the shapes alone, so the first stride and dilation serve all later
calls: someone who sped up im2col."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "state"


_geometry = {}


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    key = x.shape, weight.shape, padding
    stride, dilation = _geometry.setdefault(key, (stride, dilation))
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import differs, normal

    given = {"x": normal(1, 1, 7, 7), "weight": normal(1, 1, 3, 3, seed=1)}
    return differs(__file__, "conv2d", {**given, "dilation": (2, 2)}, before=[{**given, "stride": (2, 2)}])
