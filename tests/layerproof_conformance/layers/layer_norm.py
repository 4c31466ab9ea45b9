"""What the judge knows about layer_norm: statistics of each place on the leading axes over all of normalized_shape."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._normalization import (
    FINITE,
    MODERATE,
    Grouping,
    gradient_values,
    numbers,
    trace,
    where_finite,
)
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_of
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "normalized_shape": ((4,), (2, 3), (1,), (2,), (7,), (3, 2, 2), (17,), (64,), (1, 9), (5, 1), (130,), (8, 33)),
    "eps": (1e-5, 1e-3, 0.1, 1e-12, -0.3),
}


def grouping(arguments: Mapping[str, Any]) -> Grouping:
    """One row for each place on the leading axes."""
    shape = arguments["x"].shape
    leading = len(shape) - len(arguments["normalized_shape"])
    return Grouping((math.prod(shape[:leading]), math.prod(shape[leading:])), (1,), (0,))


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    return trace(arithmetic, arguments, grad_output, grouping(arguments), arguments["eps"])


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Any leading axes, also none."""
    shape = attributes["normalized_shape"]
    batch = sampler.batch()
    leading = sampler.one_of(((batch,), (batch, 3), (), (2, batch, 2)))
    weight = sampler.one_of((None, sampler.recipe(shape, sampler.values(FINITE))))
    return {
        "x": sampler.recipe((*leading, *shape), sampler.values(MODERATE)),
        "weight": weight,
        "bias": sampler.one_of((None, sampler.recipe(shape))),
        "grad_output": gradient_values(sampler, weight),
    }


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but what an infinite grad_output reaches."""
    return where_finite(arguments, grad_output, grouping(arguments))


_W, _B = np.array([0.5, -2.0, 3.0, 1.0]), np.array([0.1, 0.2, -0.3, 1.0])
EDGES: dict[str, Any] = {
    "plain": lambda: {"x": numbers(3, 4), "normalized_shape": (4,)},
    "weight_and_bias": lambda: {"x": numbers(3, 4), "weight": _W, "bias": _B, "normalized_shape": (4,)},
    "weight_only": lambda: {"x": numbers(3, 4), "weight": _W, "normalized_shape": (4,)},
    "bias_only": lambda: {"x": numbers(3, 4), "bias": _B, "normalized_shape": (4,)},
    "two_axes": lambda: {"x": numbers(2, 3, 4), "weight": numbers(3, 4), "bias": numbers(3, 4), "normalized_shape": (3, 4)},
    "square": lambda: {"x": numbers(3, 3, 3), "weight": numbers(3, 3), "bias": numbers(3, 3), "normalized_shape": (3, 3)},
    "all_axes": lambda: {"x": numbers(2, 3, 2), "weight": numbers(2, 3, 2), "normalized_shape": (2, 3, 2)},
    "no_leading_axes": lambda: {"x": numbers(4), "weight": _W, "bias": _B, "normalized_shape": (4,)},
    "one_value": lambda: {"x": numbers(3, 1), "weight": np.array([2.0]), "bias": np.array([0.5]), "normalized_shape": (1,)},
    "two_values": lambda: {"x": np.array([[1.0, 2.0], [5.0, -1.0]]), "weight": np.array([2.0, 3.0]), "normalized_shape": (2,)},
    "constant_rows": lambda: {"x": np.array([[1.5] * 4, [0.0] * 4, [-7.0] * 4]), "weight": _W, "bias": _B, "normalized_shape": (4,)},
    "constant_rows_large_eps": lambda: {"x": np.full((2, 4), 0.3), "weight": _W, "bias": _B, "normalized_shape": (4,), "eps": 0.1},
    "spread_below_eps": lambda: {"x": 1e-3 * numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 1e-3},
    "large_eps": lambda: {"x": numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 10.0},
    "small_eps": lambda: {"x": numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 1e-12},
    "eps_below_zero": lambda: {"x": numbers(5, 4), "weight": _W, "normalized_shape": (4,), "eps": -0.5},
    "no_eps": lambda: {"x": numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 0.0},
    "large_mean": lambda: {"x": 1e4 + numbers(5, 6), "normalized_shape": (6,)},
    "large_mean_many": lambda: {"x": -1e4 + numbers(3, 65), "weight": numbers(65), "normalized_shape": (65,)},
    "large_mean_small_spread": lambda: {"x": 100 + 0.01 * numbers(4, 8), "normalized_shape": (8,)},
    "rows_far_apart": lambda: {"x": np.array([[1e3], [1.0], [-1e-3], [1e6]]) * numbers(4, 9), "normalized_shape": (9,)},
    "outlier": lambda: {"x": np.array([[1e5, 0.0, 1.0, -1.0, 2.0], [0.0, 0.0, 0.0, 0.0, 1.0]]), "normalized_shape": (5,)},
    "nan_and_inf": lambda: {
        "x": np.array([[np.nan, 1.0, 2.0, 3.0], [np.inf, 0.0, 1.0, 2.0], [-np.inf, np.inf, 1.0, 2.0], [1.0, 2.0, 3.0, 5.0]]),
        "weight": _W, "bias": _B, "normalized_shape": (4,),
    },
    "nan_parameters": lambda: {
        "x": numbers(3, 4), "weight": np.array([np.nan, 1.0, 2.0, 3.0]), "bias": np.array([0.0, np.inf, np.nan, 1.0]),
        "normalized_shape": (4,),
    },
    "nan_gradient": lambda: {
        "x": numbers(3, 4), "weight": _W, "bias": _B, "normalized_shape": (4,),
        "grad_output": np.array([[1.0, np.nan, 2.0, 3.0], [1.0, -2.0, 0.5, 1.0], [0.0, 1.0, np.inf, 3.0]]),
    },
    "no_samples": lambda: {"x": np.zeros((0, 4)), "weight": _W, "bias": _B, "normalized_shape": (4,)},
    "no_values": lambda: {"x": np.zeros((3, 0)), "weight": np.zeros(0), "bias": np.zeros(0), "normalized_shape": (0,)},
    "rows_of_digits": lambda: {"x": Recipe((4, 28, 28), "mnist"), "weight": Recipe((28,)), "bias": Recipe((28,)), "normalized_shape": (28,)},
    "many_rows": lambda: {"x": Recipe((4099, 3)), "weight": Recipe((3,)), "bias": Recipe((3,)), "normalized_shape": (3,)},
    "long_row": lambda: {"x": Recipe((1, 100_003), "positive"), "weight": Recipe((100_003,)), "normalized_shape": (100_003,)},
    "long_row_shifted": lambda: {"x": Recipe((2, 20_011), "shifted"), "normalized_shape": (20_011,)},
}  # fmt: skip


def _other(a: Mapping[str, Any], first: int, last: int) -> Grouping:
    """Statistics over the axes from ``first`` up to ``last`` alone."""
    shape = a["x"].shape
    return Grouping(tuple(shape), tuple(range(first, last)), ())


_NORM = Norm(grouping)
MISTAKES = (
    *mistakes_of(_NORM),
    Mistake("normalises over the last axis only", forward=lambda torch, **a: _NORM.forward(
        a, _other(a, a["x"].ndim - 1, a["x"].ndim))),
    Mistake("normalises over all axes but the first", forward=lambda torch, **a: _NORM.forward(a, _other(a, 1, a["x"].ndim))),
    Mistake("normalises over the whole array", forward=lambda torch, **a: _NORM.forward(a, _other(a, 0, a["x"].ndim))),
    Mistake("normalises over the leading axes, as batch_norm does", forward=lambda torch, **a: _NORM.forward(
        a, _other(a, 0, a["x"].ndim - len(a["normalized_shape"])))),
    Mistake("the gradients of weight and bias are means over the leading axes, not sums", backward=lambda torch, a, g, right: {
        name: right[name] / max(grouping(a).shape[0], 1) for name in right if name != "x"}),
    Mistake("the gradients of weight and bias are sums over the first axis only", backward=lambda torch, a, g, right: {
        "bias": g.sum(0), "weight": (g * _NORM.normalized(a, grouping(a))[0].reshape(g.shape)).sum(0)}),
)  # fmt: skip
