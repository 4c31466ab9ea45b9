"""Only the squares are kept, and backward takes their root: lost where a square under- or overflows."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "special values"


@hookimpl
def mse_loss_forward(x, target, reduction):
    output, _ = mse_loss.mse_loss_forward(x, target, reduction)
    with np.errstate(all="ignore"):
        difference = np.asarray(x - target)
        recovered = np.asarray(np.copysign(np.sqrt(difference * difference), difference))
    return output, (recovered, reduction)


mse_loss_backward = mse_loss.mse_loss_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([1e-30, 3e-30, -2e-30], np.float32)
    return differs(__file__, "mse_loss", {"x": x, "target": np.zeros(3, np.float32), "reduction": "none"})
