"""eps is 1e-5 whatever is asked."""

from layerproof import hookimpl
from layerproof_reference import instance_norm

DEFECT_CLASS = "attributes"

instance_norm_backward = instance_norm.instance_norm_backward


@hookimpl
def instance_norm_forward(x, weight, bias, eps):
    return instance_norm.instance_norm_forward(x, weight, bias, 1e-5)


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "instance_norm", {"x": normal(2, 3, 4, 5), **parameters, "eps": 0.1})
