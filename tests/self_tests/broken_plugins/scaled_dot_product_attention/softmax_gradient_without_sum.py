"""grad_scores is weights * grad_weights, without the weighted sum taken away: softmax differentiated like exp."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "gradient"

scaled_dot_product_attention_forward = right.scaled_dot_product_attention_forward


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved, needs_input_grad):
    query, key, value, weights, scale = saved
    grad_scores = weights * (grad_output @ value.swapaxes(-1, -2)) * scale
    grad_value = weights.swapaxes(-1, -2) @ grad_output
    return grad_scores @ key, grad_scores.swapaxes(-1, -2) @ query, grad_value


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", arguments)
