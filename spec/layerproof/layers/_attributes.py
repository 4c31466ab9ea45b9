"""What activations with a number among their arguments share: PyTorch takes only what the dtype of x can hold."""

from typing import Any

import numpy as np

from layerproof.layers._arguments import Array, check_float


def check_attribute(name: str, value: Any, x: Array) -> None:
    """Require a finite Python number within the range of the dtype of ``x``."""
    check_float(name, value)
    limit = float(np.finfo(x.dtype).max)
    if abs(value) > limit:
        raise ValueError(f"`{name}` (={value}) must be at most {limit} in size, for `x`.dtype (={x.dtype})")
