"""An alpha of 0 or less raises ValueError, because the paper has alpha > 0: a careful reader of papers."""

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "attributes"

elu_backward = elu.elu_backward


@hookimpl
def elu_forward(x, alpha):
    if alpha <= 0:
        raise ValueError(f"alpha must be positive, not {alpha}")
    return elu.elu_forward(x, alpha)


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "elu", {"x": normal(3, 4), "alpha": -0.5})
