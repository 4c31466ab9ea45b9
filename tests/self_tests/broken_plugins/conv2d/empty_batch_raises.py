"""An empty batch raises, because NumPy cannot infer -1 beside a 0: someone who never met the last, empty batch."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "edges"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    x.reshape(len(x), -1)
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "conv2d", {"x": normal(0, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)})
