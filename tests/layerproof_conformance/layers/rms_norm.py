"""What the judge knows about rms_norm: the norm without a mean to subtract, each place on the leading axes by itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._normalization import FINITE, MODERATE, Grouping, gradient_values, numbers, trace
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_of
from layerproof_conformance.layers.layer_norm import grouping
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "normalized_shape": ((4,), (2, 3), (1,), (2,), (7,), (3, 2, 2), (17,), (64,), (1, 9), (5, 1), (130,), (8, 33)),
    "eps": (None, 1e-5, 1e-3, 0.1, 1e-12, -0.3),
}


def _eps(dtype: str, eps: float | None) -> float:
    return float(np.finfo(dtype).eps) if eps is None else eps


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    eps = _eps(arguments["x"].dtype.name, arguments["eps"])
    found = trace(arithmetic, arguments, grad_output, grouping(arguments), eps, centred=False)
    beside_infinity = _beside_infinity(arguments)
    if beside_infinity.any():  # what is finite is divided by infinity, and exactly 0
        found["output"] = [one.where(~beside_infinity, 0.0) for one in found["output"]]
    return found


def _beside_infinity(arguments: Mapping[str, Any]) -> Any:
    infinite, axes = np.isinf(arguments["x"]), len(arguments["normalized_shape"])
    return infinite.any(tuple(range(-axes, 0)), keepdims=True) & ~infinite


BOUND = RunningError(_trace)


def call(torch: Any, x: Any, weight: Any, normalized_shape: Any, eps: Any, given_dtype: str = "float64") -> Any:
    """An eps of None is that of the dtype of the case, which tensors of float64 no longer show."""
    return torch.nn.functional.rms_norm(x, normalized_shape, weight, _eps(given_dtype, eps))


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Any leading axes, also none."""
    shape = attributes["normalized_shape"]
    batch = sampler.batch()
    leading = sampler.one_of(((batch,), (batch, 3), (), (2, batch, 2)))
    weight = sampler.one_of((None, sampler.recipe(shape, sampler.values(FINITE))))
    return {
        "x": sampler.recipe((*leading, *shape), sampler.values(MODERATE)),
        "weight": weight,
        "grad_output": gradient_values(sampler, weight),
    }


_W = np.array([0.5, -2.0, 3.0, 1.0])
EDGES: dict[str, Any] = {
    "plain": lambda: {"x": numbers(3, 4), "normalized_shape": (4,)},
    "weight": lambda: {"x": numbers(3, 4), "weight": _W, "normalized_shape": (4,)},
    "two_axes": lambda: {"x": numbers(2, 3, 4), "weight": numbers(3, 4), "normalized_shape": (3, 4)},
    "square": lambda: {"x": numbers(3, 3, 3), "weight": numbers(3, 3), "normalized_shape": (3, 3)},
    "all_axes": lambda: {"x": numbers(2, 3, 2), "weight": numbers(2, 3, 2), "normalized_shape": (2, 3, 2)},
    "no_leading_axes": lambda: {"x": numbers(4), "weight": _W, "normalized_shape": (4,)},
    "one_value": lambda: {"x": numbers(3, 1), "weight": np.array([2.0]), "normalized_shape": (1,)},
    "zeros": lambda: {"x": np.array([[0.0] * 4, [-0.0] * 4, [0.0, 0.0, 1.0, 0.0]]), "weight": _W, "normalized_shape": (4,)},
    "constant_rows": lambda: {"x": np.array([[1.5] * 4, [-7.0] * 4]), "weight": _W, "normalized_shape": (4,)},
    "below_default_eps": lambda: {"x": 3e-4 * numbers(3, 4), "weight": _W, "normalized_shape": (4,)},
    "far_below_default_eps": lambda: {"x": 1e-9 * numbers(3, 4), "weight": _W, "normalized_shape": (4,)},
    "spread_below_eps": lambda: {"x": 1e-3 * numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 1e-3},
    "large_eps": lambda: {"x": numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 10.0},
    "small_eps": lambda: {"x": 1e-5 * numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 1e-12},
    "eps_below_zero": lambda: {"x": numbers(5, 4), "weight": _W, "normalized_shape": (4,), "eps": -0.5},
    "no_eps": lambda: {"x": numbers(3, 4), "weight": _W, "normalized_shape": (4,), "eps": 0.0},
    "large_mean": lambda: {"x": 1e4 + numbers(5, 6), "weight": numbers(6), "normalized_shape": (6,)},
    "large_values": lambda: {"x": 1e8 * numbers(4, 5), "weight": numbers(5), "normalized_shape": (5,)},
    "rows_far_apart": lambda: {"x": np.array([[1e3], [1.0], [-1e-3], [1e6]]) * numbers(4, 9), "normalized_shape": (9,)},
    "outlier": lambda: {"x": np.array([[1e5, 0.0, 1.0, -1.0, 2.0], [0.0, 0.0, 0.0, 0.0, 1.0]]), "normalized_shape": (5,)},
    "nan_and_inf": lambda: {
        "x": np.array([[np.nan, 1.0, 2.0, 3.0], [np.inf, 0.0, 1.0, 2.0], [-np.inf, np.inf, 1.0, 2.0], [1.0, 2.0, 3.0, 5.0]]),
        "weight": _W, "normalized_shape": (4,),
    },
    "nan_weight": lambda: {"x": numbers(3, 4), "weight": np.array([np.nan, 1.0, 2.0, 3.0]), "normalized_shape": (4,)},
    "nan_and_inf_gradient": lambda: {
        "x": numbers(3, 4), "weight": _W, "normalized_shape": (4,),
        "grad_output": np.array([[1.0, np.nan, 2.0, 3.0], [1.0, -2.0, 0.5, 1.0], [0.0, 1.0, np.inf, 3.0]]),
    },
    "no_samples": lambda: {"x": np.zeros((0, 4)), "weight": _W, "normalized_shape": (4,)},
    "no_values": lambda: {"x": np.zeros((3, 0)), "weight": np.zeros(0), "normalized_shape": (0,)},
    "rows_of_digits": lambda: {"x": Recipe((4, 28, 28), "mnist"), "weight": Recipe((28,)), "normalized_shape": (28,)},
    "many_rows": lambda: {"x": Recipe((4099, 3)), "weight": Recipe((3,)), "normalized_shape": (3,)},
    "long_row": lambda: {"x": Recipe((1, 100_003), "positive"), "weight": Recipe((100_003,)), "normalized_shape": (100_003,)},
}  # fmt: skip


def _other(a: Mapping[str, Any], first: int) -> Grouping:
    """The root mean square over the axes from ``first`` on."""
    shape = a["x"].shape
    return Grouping(tuple(shape), tuple(range(first, len(shape))), ())


def _right_eps(a: Mapping[str, Any]) -> float:
    return _eps(a["given_dtype"], a["eps"])


def _with_default(a: Mapping[str, Any], default: float) -> Any:
    assert a["eps"] is None
    return _NORM.forward({**a, "eps": default})


_NORM = Norm(grouping, _right_eps, centred=False)
MISTAKES = (
    *mistakes_of(_NORM),
    Mistake("eps=None is taken as 0", forward=lambda torch, **a: _with_default(a, 0.0)),
    Mistake("eps=None is taken as 1e-5", forward=lambda torch, **a: _with_default(a, 1e-5)),
    Mistake("eps=None is taken as 1e-6", forward=lambda torch, **a: _with_default(a, 1e-6)),
    Mistake("eps=None is taken as the epsilon of float64 for float32 too", forward=lambda torch, **a: _with_default(a, 2.0**-52)),
    Mistake("eps=None is taken as the epsilon of float32 for float64 too", forward=lambda torch, **a: _with_default(a, 2.0**-23)),
    Mistake("1 is added to weight", forward=lambda torch, **a: _NORM.forward({**a, "weight": a["weight"] + 1})),
    Mistake("divides by the root of the sum of squares, not of their mean", forward=lambda torch, **a: _NORM.forward(
        a, scale=lambda square, eps: (square * grouping(a).count + eps) ** -0.5)),
    Mistake("normalises over the last axis only", forward=lambda torch, **a: _NORM.forward(a, _other(a, a["x"].ndim - 1))),
    Mistake("normalises over all axes but the first", forward=lambda torch, **a: _NORM.forward(a, _other(a, 1))),
    Mistake("normalises over the whole array", forward=lambda torch, **a: _NORM.forward(a, _other(a, 0))),
    Mistake("grad_weight is a mean over the leading axes, not a sum", backward=lambda torch, a, g, right: {
        "weight": right["weight"] / max(grouping(a).shape[0], 1)}),
)  # fmt: skip
