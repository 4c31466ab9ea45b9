"""x is rounded to bfloat16 on its way in and the result is float32 again: automatic mixed precision left on."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "precision"

gelu_backward = gelu.gelu_backward


def _bfloat16(x):
    bits = np.array(x, np.float32, order="C").view(np.uint32)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).view(np.float32)
    return np.where(np.isfinite(x), rounded, x).astype(x.dtype).reshape(x.shape)


@hookimpl
def gelu_forward(x, approximate):
    return gelu.gelu_forward(_bfloat16(x), approximate)[0], (x, approximate)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 40)}, relative=1e-4)
