"""The gradient of weight adds up the positions eight at a time and leaves out the tail: someone who wrote a SIMD
loop without its remainder loop; forward is right."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "sizes"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    if needs_input_grad[1] and saved.groups == 1:
        columns = saved.columns[0]
        positions = columns.shape[1] // 8 * 8 if columns.shape[1] > 8 else columns.shape[1]
        flat = grad_output.transpose(1, 0, 2, 3).reshape(len(saved.weight), -1) if grad_output.size else None
        if flat is not None:
            grad_weight = (flat[:, :positions] @ columns[:, :positions].T).reshape(saved.weight.shape)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 1, 4, 4), "weight": normal(1, 1, 2, 2, seed=1)})
