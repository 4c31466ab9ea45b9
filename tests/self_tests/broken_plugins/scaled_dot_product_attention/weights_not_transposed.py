"""grad_value is weights @ grad_output without the transpose, which raises unless L = S, and there it is wrong."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "gradient"

scaled_dot_product_attention_forward = right.scaled_dot_product_attention_forward


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved, needs_input_grad):
    grad_query, grad_key, _ = right.scaled_dot_product_attention_backward(grad_output, saved, needs_input_grad)
    return grad_query, grad_key, saved.weights @ grad_output


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(4, 3, seed=1), "value": normal(4, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", arguments)
