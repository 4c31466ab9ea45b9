"""grad_key is computed inside the branch of grad_query, and is None where key alone needs one: frozen queries."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "structure"

scaled_dot_product_attention_forward = right.scaled_dot_product_attention_forward


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved, needs_input_grad):
    needs_query, _, needs_value = needs_input_grad
    needs = (needs_query, needs_query, needs_value)
    return right.scaled_dot_product_attention_backward(grad_output, saved, needs)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    if differs(__file__, "scaled_dot_product_attention", arguments):
        return ""
    needs_input_grad = (False, True, True)
    return differs(__file__, "scaled_dot_product_attention", arguments, needs_input_grad=needs_input_grad)
