"""x with a negative stride raises: someone whose wrapper refuses what its C code cannot walk through, as
torch.from_numpy does."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "layout"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    if any(step < 0 for step in x.strides):
        raise ValueError("negative strides are not supported")
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import laid_out, normal, raises

    return raises(
        __file__, "conv2d", {"x": laid_out(normal(1, 1, 3, 3), "negative"), "weight": normal(1, 1, 2, 2, seed=1)}
    )
