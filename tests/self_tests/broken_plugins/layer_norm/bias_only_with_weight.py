"""bias stands inside `if weight is not None`, as the two always come together: elementwise_affine as one switch."""

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "attributes"

layer_norm_backward = layer_norm.layer_norm_backward


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    output, saved = layer_norm.layer_norm_forward(x, weight, None, normalized_shape, eps)
    if weight is not None and bias is not None:
        output = output + bias
    return output, saved._replace(has_bias=bias is not None)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "layer_norm", {"x": normal(3, 8), "bias": normal(8, seed=1), "normalized_shape": (8,)})
