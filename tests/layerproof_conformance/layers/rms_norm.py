"""What the judge knows about rms_norm: the norm without a mean to subtract, each place on the leading axes by itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _normalization_cases as cases
from layerproof_conformance.layers._examples import Array, Edges, numbers
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.layers._normalization import trace
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_in_axes, mistakes_of
from layerproof_conformance.layers.layer_norm import grouping
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"normalized_shape": cases.NORMALIZED_SHAPES, "eps": (None, *cases.EPS)}


def _eps(dtype: str, eps: float | None) -> float:
    return float(np.finfo(dtype).eps) if eps is None else eps


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    eps = _eps(arguments["x"].dtype.name, arguments["eps"])
    traced = trace(arithmetic, arguments, grad_output, grouping(arguments), eps, centred=False)
    beside_infinity = _beside_infinity(arguments)
    if beside_infinity.any():  # what is finite is divided by infinity, and exactly 0
        traced["output"] = [value.where(~beside_infinity, 0.0) for value in traced["output"]]
    return traced


def _beside_infinity(arguments: Mapping[str, Any]) -> Any:
    infinite, axes = np.isinf(arguments["x"]), len(arguments["normalized_shape"])
    return infinite.any(tuple(range(-axes, 0)), keepdims=True) & ~infinite


BOUND = RunningError(_trace)


def call(torch: Any, x: Any, weight: Any, normalized_shape: Any, eps: Any, given_dtype: str = "float64") -> Any:
    """An eps of None is that of the dtype of the case, which tensors of float64 no longer show."""
    return torch.nn.functional.rms_norm(x, normalized_shape, weight, _eps(given_dtype, eps))


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Any leading axes, also none."""
    return cases.arrays_over_last_axes(attributes, sampler, bias=False)


def _of_rows(rows: Array) -> dict[str, Any]:
    return {"x": rows, "weight": numbers(rows.shape[1]), "normalized_shape": (rows.shape[1],)}


EXAMPLES = {"": {"x": numbers(2, 3, 4), "weight": numbers(3, 4), "normalized_shape": (3, 4)}}
LEFT_OPEN = cases.LEFT_OPEN
EDGES: Edges = {
    **cases.edges_of_rows(_of_rows),
    "square": {"x": numbers(3, 3, 3), "weight": numbers(3, 3), "normalized_shape": (3, 3)},
    "all_axes": {"x": numbers(2, 3, 2), "weight": numbers(2, 3, 2), "normalized_shape": (2, 3, 2)},
    "zeros": _of_rows(np.array([[0.0] * 4, [-0.0] * 4, [0.0, 0.0, 1.0, 0.0]])),
    "below_default_eps": _of_rows(3e-4 * numbers(3, 4)),
    "far_below_default_eps": _of_rows(1e-9 * numbers(3, 4)),
    "large_values": _of_rows(1e8 * numbers(4, 5)),
    "no_values": {"x": np.zeros((3, 0)), "weight": np.zeros(0), "normalized_shape": (0,)},
    "rows_of_digits": {"x": Recipe((4, 28, 28), "mnist"), "weight": Recipe((28,)), "normalized_shape": (28,)},
    "many_rows": {"x": Recipe((4099, 3)), "weight": Recipe((3,)), "normalized_shape": (3,)},
    "long_row": {"x": Recipe((1, 100_003), "positive"), "weight": Recipe((100_003,)), "normalized_shape": (100_003,)},
}


def _right_eps(a: Mapping[str, Any]) -> float:
    return _eps(a["given_dtype"], a["eps"])


def _with_default(says: str, default: float) -> Mistake:
    def forward(torch: Any, **a: Any) -> Any:
        assert a["eps"] is None
        return _NORM.forward({**a, "eps": default})

    return Mistake(f"eps=None is taken as {says}", forward)


_NORM = Norm(grouping, _right_eps, centred=False)
MISTAKES = (
    *mistakes_of(_NORM),
    *mistakes_in_axes(_NORM)[:3],
    _with_default("0", 0.0),
    _with_default("1e-5", 1e-5),
    _with_default("1e-6", 1e-6),
    _with_default("the epsilon of float64 for float32 too", 2.0**-52),
    _with_default("the epsilon of float32 for float64 too", 2.0**-23),
    changed("1 is added to weight", weight=lambda a: a["weight"] + 1),
    Mistake("divides by the root of the sum of squares, not of their mean", lambda torch, **a: _NORM.forward(
        a, scale=lambda square, eps: (square * grouping(a).count + eps) ** -0.5)),
)  # fmt: skip
