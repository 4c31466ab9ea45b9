"""Without counting the padding, the number of pixels is worked out for the rows, and taken for the columns as well."""

from layerproof import hookimpl
from layerproof_reference import avg_pool2d
from layerproof_reference._averages import average

DEFECT_CLASS = "attributes"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    if not count_include_pad and output.shape[2] == output.shape[3] and kernel_size[0] == kernel_size[1]:
        lengths = saved.rows.lengths
        saved = saved._replace(pixels=lengths[:, None] * lengths)
        output = average(x, saved)
    return output, saved


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(1, 1, 4, 6), "kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 0)}
    return differs(__file__, "avg_pool2d", call | {"count_include_pad": False})
