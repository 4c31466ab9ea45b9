"""What the judge knows about avg_pool2d: linear in x, and the sum over each window counts the terms of every mean."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Edges, numbers, ramp
from layerproof_conformance.layers._mistakes import changed, gradient_changed
from layerproof_conformance.layers._windows import POOL_ATTRIBUTES, POOL_EDGES, POOL_EXAMPLES, pooled_images
from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES = {**POOL_ATTRIBUTES, "ceil_mode": (False, True), "count_include_pad": (True, False)}


def call(torch: Any, x: Any, divisor_override: int | None = None, **attributes: Any) -> Any:
    """With the divisor that mistakes and bounds need."""
    return torch.nn.functional.avg_pool2d(x, **attributes, divisor_override=divisor_override)


# k terms, k - 1 additions, and one rounding for the division or two for the product with the reciprocal: at most k + 2
BOUND = Multilinear(sums=partial(call, divisor_override=1))
arrays = partial(pooled_images, cut=True)
EXAMPLES = POOL_EXAMPLES
_PADDED = {"x": 1.0 + ramp(1, 2, 6, 8), "kernel_size": (3, 4), "stride": (2, 3), "padding": (1, 2)}
EDGES: Edges = {
    **POOL_EDGES,
    "one_window": {"x": np.array([[[[1.0, 2.0], [4.0, 8.0]]]]), "kernel_size": (2, 2)},
    "padding_counts": _PADDED,
    "padding_does_not_count": {**_PADDED, "count_include_pad": False},
    "padding_counts_in_ceil_mode": {**_PADDED, "ceil_mode": True},
    "padding_does_not_count_in_ceil_mode": {**_PADDED, "ceil_mode": True, "count_include_pad": False},
    "ceil_mode_reaches_beyond_padding": {"x": numbers(1, 2, 6, 7), "kernel_size": (4, 5), "stride": (3, 4), "padding": (1, 2), "ceil_mode": True},
    "ceil_mode_kernel_above_image": {"x": numbers(2, 1, 2, 3), "kernel_size": (4, 4), "stride": (3, 2), "ceil_mode": True},
    "sum_overflows": {"x": np.full((1, 1, 2, 4), 3e38), "kernel_size": (2, 2)},
    "long_sum": {"x": Recipe((1, 1, 700, 900), "positive"), "kernel_size": (700, 900)},
}  # fmt: skip


def _last_share(torch: Any, a: Mapping[str, Any], g: Any, right: Any) -> Any:
    """Each pixel's share of the last window that holds it: what assigning instead of adding leaves."""
    output, gradient = call(torch, **a), torch.zeros_like(a["x"])
    for row, column in np.ndindex(*g.shape[2:]):
        at_window = torch.zeros(g.shape[2:], dtype=torch.bool)
        at_window[row, column] = True
        held, share = (
            torch.autograd.grad(output, a["x"], torch.where(at_window, kind, 0.0), retain_graph=True)[0]
            for kind in (torch.ones_like(g), g)
        )
        gradient = torch.where(held != 0, share, gradient)
    return {"x": gradient}


MISTAKES = (
    changed("sums instead of averaging", divisor_override=1),
    changed("always divides by the size of the kernel", divisor_override=lambda a: math.prod(a["kernel_size"])),
    changed("count_include_pad is ignored (padding does not count)", count_include_pad=False),
    changed("count_include_pad is inverted", count_include_pad=lambda a: not a["count_include_pad"]),
    Mistake("takes the maximum instead of the mean", lambda torch, **a: torch.nn.functional.max_pool2d(
        a["x"], a["kernel_size"], a["stride"], a["padding"], 1, a["ceil_mode"])),
    gradient_changed("the gradient is not divided by the number of pixels", divisor_override=1),
    gradient_changed("the gradient is always divided by the size of the kernel", divisor_override=lambda a: math.prod(a["kernel_size"])),
    gradient_changed("the gradient counts padding where the output does not, or the reverse", count_include_pad=lambda a: not a["count_include_pad"]),
    Mistake("where windows overlap the gradient comes from one of them only", backward=_last_share),
)  # fmt: skip
