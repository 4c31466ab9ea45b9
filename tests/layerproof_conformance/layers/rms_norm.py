"""What the judge knows about rms_norm: the norm without a mean to subtract, each place on the leading axes by itself."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from layerproof_conformance.layers import _normalization as norms
from layerproof_conformance.layers import _normalization_cases as cases
from layerproof_conformance.layers import layer_norm
from layerproof_conformance.layers._examples import Array, Edges, numbers
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.layers._normalization import Arguments, Traced
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_in_axes, mistakes_of
from layerproof_conformance.layers.layer_norm import grouping
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"normalized_shape": cases.NORMALIZED_SHAPES, "eps": (None, *cases.EPS)}


def _eps(dtype: str, eps: float | None) -> float:
    return float(np.finfo(dtype).eps) if eps is None else eps


def trace(arithmetic: Arithmetic, arguments: Arguments, grad_output: Any) -> Traced:
    """That of the norms; what is finite beside an infinity is divided by it, and exactly 0."""
    eps = _eps(arguments["x"].dtype.name, arguments["eps"])
    traced = norms.trace(arithmetic, arguments, grad_output, grouping(arguments), eps, centred=False)
    infinite, axes = np.isinf(arguments["x"]), len(arguments["normalized_shape"])
    beside_infinity = infinite.any(tuple(range(-axes, 0)), keepdims=True) & ~infinite
    if beside_infinity.any():
        traced["output"] = [value.where(~beside_infinity, 0.0) for value in traced["output"]]
    return traced


def call(torch: Any, x: Any, weight: Any, normalized_shape: Any, eps: Any, given_dtype: str = "float64") -> Any:
    """An eps of None is that of the dtype of the case, which tensors of float64 no longer show."""
    return torch.nn.functional.rms_norm(x, normalized_shape, weight, _eps(given_dtype, eps))


def _without_bias(edges: Mapping[str, Mapping[str, Any]]) -> Edges:
    return {name: {key: value for key, value in edge.items() if key != "bias"} for name, edge in edges.items()}


def _of_rows(rows: Array) -> dict[str, Any]:
    return {"x": rows, "weight": numbers(rows.shape[1]), "normalized_shape": (rows.shape[1],)}


arrays = partial(cases.arrays_over_last_axes, bias=False)
EXAMPLES = _without_bias(layer_norm.EXAMPLES)
LEFT_OPEN = cases.LEFT_OPEN
EDGES: Edges = {
    # there is no mean that could be large
    **{name: edge for name, edge in _without_bias(layer_norm.EDGES).items() if name != "long_row_shifted"},
    "zeros": _of_rows(np.array([[0.0] * 4, [-0.0] * 4, [0.0, 0.0, 1.0, 0.0]])),
    "below_default_eps": _of_rows(3e-4 * numbers(3, 4)),
    "far_below_default_eps": _of_rows(1e-9 * numbers(3, 4)),
    "large_values": _of_rows(1e8 * numbers(4, 5)),
}


def _with_default(says: str, default: float) -> Mistake:
    def forward(torch: Any, **a: Any) -> Any:
        assert a["eps"] is None
        return _NORM.forward({**a, "eps": default})

    return Mistake(f"eps=None is taken as {says}", forward)


_NORM = Norm(grouping, lambda a: _eps(a["given_dtype"], a["eps"]), centred=False)
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
