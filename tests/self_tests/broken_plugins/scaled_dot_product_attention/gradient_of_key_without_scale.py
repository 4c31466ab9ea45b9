"""grad_key is not multiplied by scale, since the code scales query before the product and only query remembers it."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "gradient"

scaled_dot_product_attention_forward = right.scaled_dot_product_attention_forward


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved, needs_input_grad):
    needs_query, needs_key, needs_value = needs_input_grad
    others = right.scaled_dot_product_attention_backward(grad_output, saved, (needs_query, False, needs_value))
    unscaled = saved._replace(scale=1.0)
    grad_key = right.scaled_dot_product_attention_backward(grad_output, unscaled, (False, needs_key, False))[1]
    return others[0], grad_key, others[2]


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", arguments)
