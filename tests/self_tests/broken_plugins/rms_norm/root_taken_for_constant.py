"""backward divides by the root and forgets that the root depends on x: no_grad around the statistics."""

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "gradient"

rms_norm_forward = rms_norm.rms_norm_forward


@hookimpl
def rms_norm_backward(grad_output, saved, needs_input_grad):
    _, grad_weight = rms_norm.rms_norm_backward(grad_output, saved, needs_input_grad)
    scaled = grad_output if saved.weight is None else grad_output * saved.weight
    rows = scaled.reshape(saved.normalized.rows.shape) * saved.normalized.scale
    return rows.reshape(grad_output.shape).astype(grad_output.dtype), grad_weight


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(3, 8), "normalized_shape": (8,)})
