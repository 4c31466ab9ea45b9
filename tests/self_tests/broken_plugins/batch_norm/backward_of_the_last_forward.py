"""What backward needs is kept in the module and not in saved, so it belongs to the last forward: a layer object."""

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "state"

_last = None


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    global _last
    outputs, _last = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    return outputs, None


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    return batch_norm.batch_norm_backward(grad_output, _last, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    first, second = ({"x": normal(4, 3, 2, seed=seed), "training": True} for seed in (0, 1))
    return differs(__file__, "batch_norm", first, between=[second])
