"""With a normalized_shape of several axes the mean square is that of the last one alone."""

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "attributes"


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    output, saved = rms_norm.rms_norm_forward(x, None, normalized_shape[-1:], eps)
    return (output if weight is None else output * weight), (saved, weight, normalized_shape)


@hookimpl
def rms_norm_backward(grad_output, saved, needs_input_grad):
    plain, weight, shape = saved
    scaled = grad_output if weight is None else grad_output * weight
    grad_x, _ = rms_norm.rms_norm_backward(scaled, plain, (True, False))
    if weight is None:
        return grad_x, None
    products = grad_output * plain.normalized.rows.reshape(grad_output.shape)
    grad_weight = products.reshape(-1, *shape).sum(axis=0) if products.size else products.sum()
    return grad_x, (grad_weight + weight * 0).astype(weight.dtype)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(2, 3, 4), "normalized_shape": (3, 4)})
