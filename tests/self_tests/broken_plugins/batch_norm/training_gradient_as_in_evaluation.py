"""Mean and variance count as constants in backward, also those of the batch: detach() ported with the rest."""

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "gradient"

batch_norm_forward = batch_norm.batch_norm_forward


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    return batch_norm.batch_norm_backward(grad_output, saved._replace(training=False), needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True})
