"""Arrays and edges of the norms, which differ only in where they put the rows that share a mean and a variance."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Array, Edges, numbers, with_value_at
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.sampler import CaseSampler
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES

FINITE = tuple(profile for profile in FLOAT_PROFILES if profile != "special")
MODERATE = tuple(profile for profile in FLOAT_PROFILES if profile not in ("large", "huge"))
"""Of values whose squares and cubes stay in range: beyond it PyTorch gives NaN, or loses a term of the gradient."""
LEFT_OPEN = ("nan_and_inf_in_weight", "nan_and_inf_in_weight_in_evaluation")
"""An infinite weight becomes NaN where it is multiplied with other factors first, and may stay infinite elsewhere."""
EPS = (1e-5, 1e-3, 0.1, 1e-12, -0.3)
NORMALIZED_SHAPES = ((4,), (2, 3), (1,), (2,), (7,), (3, 2, 2), (17,), (64,), (1, 9), (5, 1), (130,), (8, 33))


def arrays_of_norm(
    sampler: CaseSampler, x: tuple[int, ...], parameters: tuple[int, ...], bias: bool = True
) -> dict[str, Recipe | None]:
    """The arrays for these shapes; grad_output is moderate beside a large weight, whose products would overflow in float64."""
    weight = sampler.one_of((None, sampler.recipe(parameters, sampler.values(FINITE))))
    arrays = {"x": sampler.recipe(x, sampler.values(MODERATE)), "weight": weight}
    if bias:
        arrays["bias"] = sampler.one_of((None, sampler.recipe(parameters)))
    gradient = sampler.values(MODERATE if weight and weight.values not in MODERATE else FLOAT_PROFILES)
    return {**arrays, "grad_output": Recipe((), gradient)}


def arrays_over_last_axes(
    attributes: Mapping[str, Any], sampler: CaseSampler, bias: bool = True
) -> dict[str, Recipe | None]:
    """Any axes in front of normalized_shape, also none."""
    shape, batch = attributes["normalized_shape"], sampler.batch()
    leading = sampler.one_of(((batch,), (batch, 3), (), (2, batch, 2)))
    return arrays_of_norm(sampler, (*leading, *shape), shape, bias)


def edges_of_rows(arguments_of: Callable[[Array], Mapping[str, Any]]) -> Edges:
    """Edges of the statistics; ``arguments_of`` puts rows, each with a mean of its own, into the arguments of a norm."""
    rows: dict[str, Array] = {
        "two_values": np.array([[1.0, 2.0], [5.0, -1.0]]),
        "square": numbers(3, 3),
        "constant_rows": np.array([[1.5] * 4, [0.0] * 4, [-7.0] * 4]),
        "large_mean": 1e4 + numbers(5, 6),
        "large_mean_many": -1e4 + numbers(3, 65),
        "large_mean_small_spread": 100 + 0.01 * numbers(4, 8),
        "rows_of_different_size": np.array([[1e3], [1.0], [-1e-3], [1e6]]) * numbers(4, 9),
        "outlier": np.array([[1e5, 0.0, 1.0, -1.0, 2.0], [0.0, 0.0, 0.0, 0.0, 1.0]]),
        "nan_and_inf": np.array([[np.nan, 1.0, 2.0, 3.0], [np.inf, 0.0, 1.0, 2.0], [-np.inf, np.inf, 1.0, 2.0], [1.0, 2.0, 3.0, 5.0]]),
    }  # fmt: skip
    of_eps: dict[str, tuple[Array, float]] = {
        "constant_rows_large_eps": (np.full((2, 4), 0.3), 0.1),
        "spread_below_eps": (1e-3 * numbers(3, 4), 1e-3),
        "large_eps": (numbers(3, 4), 10.0),
        "small_eps": (1e-5 * numbers(3, 4), 1e-12),
        "eps_below_zero": (numbers(5, 4), -0.5),
        "no_eps": (numbers(3, 4), 0.0),
    }
    edges: Edges = {name: arguments_of(values) for name, values in rows.items()}
    plain = arguments_of(numbers(3, 4))
    edges["nan_in_weight"] = {**plain, "weight": with_value_at(plain["weight"], 1, np.nan)}
    return edges | {name: {**arguments_of(values), "eps": eps} for name, (values, eps) in of_eps.items()}
