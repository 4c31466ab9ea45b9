"""What the judge knows about layer_norm: statistics of each place on the leading axes over all of normalized_shape."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _normalization_cases as cases
from layerproof_conformance.layers._examples import Array, Edges, numbers
from layerproof_conformance.layers._normalization import Grouping, bound_and_judged
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_in_axes, mistakes_of
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"normalized_shape": cases.NORMALIZED_SHAPES, "eps": cases.EPS}


def grouping(arguments: Mapping[str, Any]) -> Grouping:
    """One row for each place on the leading axes."""
    shape = arguments["x"].shape
    leading = len(shape) - len(arguments["normalized_shape"])
    return Grouping((math.prod(shape[:leading]), math.prod(shape[leading:])), (1,), (0,))


def _of_rows(rows: Array) -> dict[str, Any]:
    width = rows.shape[1]
    return {"x": rows, "weight": numbers(width), "bias": numbers(width) + 1, "normalized_shape": (width,)}


BOUND, judged = bound_and_judged(grouping)
EXAMPLES = {"": {"x": numbers(2, 3, 4), "weight": numbers(3, 4), "bias": numbers(4, 3).T, "normalized_shape": (3, 4)}}
LEFT_OPEN = cases.LEFT_OPEN
EDGES: Edges = {
    **cases.edges_of_rows(_of_rows),
    "square": {"x": numbers(3, 3, 3), "weight": numbers(3, 3), "bias": numbers(3, 3).T, "normalized_shape": (3, 3)},
    "all_axes": {"x": numbers(2, 3, 2), "weight": numbers(2, 3, 2), "normalized_shape": (2, 3, 2)},
    "no_values": {"x": np.zeros((3, 0)), "weight": np.zeros(0), "bias": np.zeros(0), "normalized_shape": (0,)},
    "rows_of_digits": {"x": Recipe((4, 28, 28), "mnist"), "weight": Recipe((28,)), "bias": Recipe((28,)), "normalized_shape": (28,)},
    "many_rows": {"x": Recipe((4099, 3)), "weight": Recipe((3,)), "bias": Recipe((3,)), "normalized_shape": (3,)},
    "long_row": {"x": Recipe((1, 100_003), "positive"), "weight": Recipe((100_003,)), "normalized_shape": (100_003,)},
    "long_row_shifted": {"x": Recipe((2, 20_011), "shifted"), "normalized_shape": (20_011,)},
}  # fmt: skip
arrays = cases.arrays_over_last_axes
_NORM = Norm(grouping)
MISTAKES = (
    *mistakes_of(_NORM),
    *mistakes_in_axes(_NORM),
    Mistake("the gradients of weight and bias are sums over the first axis only", backward=lambda torch, a, g, right: {
        "bias": g.sum(0), "weight": (g * _NORM.normalized(a, grouping(a))[0].reshape(g.shape)).sum(0)}),
)  # fmt: skip
