"""Which formula it is is looked up once for each dtype and kept."""

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "state"

_formulas = {}


@hookimpl
def gelu_forward(x, approximate):
    return gelu.gelu_forward(x, _formulas.setdefault(x.dtype, approximate))


gelu_backward = gelu.gelu_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(6)}
    return differs(__file__, "gelu", call | {"approximate": "tanh"}, before=[call])
