"""approximate is not looked at and the formula by tanh is always used: someone who ported GPT-2."""

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "attributes"

gelu_backward = gelu.gelu_backward


@hookimpl
def gelu_forward(x, approximate):
    return gelu.gelu_forward(x, "tanh")


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 40), "approximate": "none"}, relative=1e-5)
