"""What the judge knows about mse_loss: a difference, its square, and a sum of those in any order."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _losses as losses
from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._smooth import shape_of_elements
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"reduction": losses.REDUCTIONS}


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """Differences, their squares, and their sum."""
    difference = arithmetic.exact(arguments["x"]) - arithmetic.exact(arguments["target"])
    reduction = arguments["reduction"]
    gradients = losses.shared_out(2 * difference, arithmetic.exact(grad_output), reduction)
    return {"output": losses.reduced(difference * difference, reduction), "grad_x": gradients, "grad_target": gradients}


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Two arrays of one shape, of any rank."""
    x = sampler.recipe(shape_of_elements(sampler))
    return {"x": x, "target": sampler.recipe(x.shape)}


_SPECIAL = np.array([np.nan, np.inf, np.inf, -np.inf, 1.0, 2.0, -0.0])
EXAMPLES = {"": {"x": numbers(3, 4), "target": numbers(4, 3).T}}
EDGES: Edges = {
    "rows_of_images": {"x": numbers(2, 3, 4, 5), "target": np.zeros((2, 3, 4, 5))},
    "equal": {"x": numbers(3, 4), "target": numbers(3, 4)},
    "equal_and_infinite": {"x": np.array([1.0, np.inf]), "target": np.array([1.0, np.inf])},
    "equal_and_nan": {"x": np.array([1.0, np.nan]), "target": np.array([1.0, np.nan]), "reduction": "sum"},
    "nearly_equal": {"x": 1000 + numbers(3, 4), "target": 1000 + numbers(3, 4) * (1 + 1e-3), "reduction": "none"},
    "nan_and_inf": {"x": _SPECIAL, "target": np.array([1.0, 2.0, np.inf, np.inf, np.nan, 0.0, 0.0]), "reduction": "none"},
    "square_overflows_in_float32": {"x": np.array([3e20, 1.0]), "target": np.array([-2e20, 0.0]), "reduction": "none"},
    "square_underflows_in_float32": {"x": np.array([3e-25, 1.0]), "target": np.array([-2e-25, 0.0]), "reduction": "none"},
    "subnormal": {"x": np.array([1e-40, -1e-40, 3e-39]), "target": np.array([0.0, 1e-45, -1e-40])},
    "images": {"x": Recipe((32, 784), "mnist"), "target": Recipe((32, 784), "mnist")},
    "hundred_thousand_terms": {"x": Recipe((100, 1003), "positive"), "target": Recipe((100, 1003), "negative")},
    "million_terms_sum": {"x": Recipe((1_000_003,), "ones"), "target": Recipe((1_000_003,), "normal"), "reduction": "sum"},
}  # fmt: skip


def _loss(torch: Any, x: Any, target: Any, reduction: str) -> Any:
    return torch.nn.functional.mse_loss(x, target, reduction=reduction)


MISTAKES = (
    *losses.mistakes_by_rows(_loss),
    Mistake("the gradient lacks the factor 2", backward=lambda torch, a, g, right: {n: v / 2 for n, v in right.items()}),
    Mistake("is halved", lambda torch, **a: _loss(torch, **a) / 2),
    Mistake("lacks the square (absolute differences)", lambda torch, x, target, reduction: torch.nn.functional.l1_loss(x, target, reduction=reduction)),
    Mistake("takes the square root of the mean", lambda torch, **a: torch.sqrt(_loss(torch, **a))),
    Mistake("squares x and target before subtracting", lambda torch, x, target, reduction: losses.reduced_by_torch(x**2 - target**2, reduction)),
    Mistake("grad_target has the sign of grad_x", backward=lambda torch, a, g, right: {"target": right["x"]}),
)  # fmt: skip
