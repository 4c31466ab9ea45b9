"""count_include_pad is taken and not looked at: someone who needed the signature only."""

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "attributes"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    return avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, True)


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "avg_pool2d",
        {"x": normal(1, 1, 4, 4), "kernel_size": (2, 2), "padding": (1, 1), "count_include_pad": False},
    )
