"""It is avg_pool2d with stride H // H' and a kernel that reaches the end, which agrees when H' divides H: someone
who found that recipe on a forum."""

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d, avg_pool2d

DEFECT_CLASS = "formula"


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    output, saved = adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)
    H, W = x.shape[2:]
    if output_size[0] > H or output_size[1] > W:
        return output, saved
    stride = H // output_size[0], W // output_size[1]
    kernel = H - (output_size[0] - 1) * stride[0], W - (output_size[1] - 1) * stride[1]
    return avg_pool2d.avg_pool2d_forward(x, kernel, stride, (0, 0), False, True)


@hookimpl
def adaptive_avg_pool2d_backward(grad_output, saved, needs_input_grad):
    return avg_pool2d.avg_pool2d_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 8, 8), "output_size": (5, 5)})
