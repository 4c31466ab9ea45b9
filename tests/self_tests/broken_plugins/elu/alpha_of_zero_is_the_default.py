"""An alpha of 0 is taken for one that was not given."""

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "attributes"


@hookimpl
def elu_forward(x, alpha):
    return elu.elu_forward(x, alpha or 1.0)


elu_backward = elu.elu_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "elu", {"x": normal(6), "alpha": 0.0})
