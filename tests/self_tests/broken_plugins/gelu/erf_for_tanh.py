"""approximate="tanh" is answered by the formula with erf: someone who thinks that more accuracy cannot be wrong."""

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "attributes"

gelu_backward = gelu.gelu_backward


@hookimpl
def gelu_forward(x, approximate):
    return gelu.gelu_forward(x, "none")


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 40), "approximate": "tanh"}, relative=1e-5)
