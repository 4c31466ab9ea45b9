"""What the judge knows about mse_loss: a difference, its square, and a sum of those in any order."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._losses import REDUCTIONS, numbers, reduced, reduction_mistakes, shared_out
from layerproof_conformance.layers._smooth import elements
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"reduction": REDUCTIONS}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    difference = arithmetic.exact(arguments["x"]) - arithmetic.exact(arguments["target"])
    reduction = arguments["reduction"]
    gradients = shared_out(2 * difference, arithmetic.exact(grad_output), reduction)
    return {"output": reduced(difference * difference, reduction), "grad_x": gradients, "grad_target": gradients}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Two arrays of one shape, of any rank."""
    x = elements(sampler)
    return {"x": x, "target": sampler.recipe(x.shape)}


def _special() -> Any:
    return np.array([np.nan, np.inf, np.inf, -np.inf, 1.0, 2.0, -0.0])


def _pair(**rest: Any) -> Any:
    return {"x": numbers(3, 4), "target": numbers(4, 3).T, **rest}


EDGES: dict[str, Any] = {
    "mean": _pair,
    "sum": lambda: _pair(reduction="sum"),
    "one_by_one": lambda: _pair(reduction="none"),
    "one_element": lambda: {"x": np.array([3.0]), "target": np.array([1.0])},
    "scalar": lambda: {"x": np.array(3.0), "target": np.array(1.0)},
    "scalar_one_by_one": lambda: {"x": np.array(3.0), "target": np.array(1.0), "reduction": "none"},
    "rows_of_images": lambda: {"x": numbers(2, 3, 4, 5), "target": np.zeros((2, 3, 4, 5))},
    "equal": lambda: {"x": numbers(3, 4), "target": numbers(3, 4)},
    "equal_and_infinite": lambda: {"x": np.array([1.0, np.inf]), "target": np.array([1.0, np.inf])},
    "equal_and_nan": lambda: {"x": np.array([1.0, np.nan]), "target": np.array([1.0, np.nan]), "reduction": "sum"},
    "nearly_equal": lambda: {"x": 1000 + numbers(3, 4), "target": 1000 + numbers(3, 4) * (1 + 1e-3), "reduction": "none"},
    "nan_and_inf": lambda: {"x": _special(), "target": np.array([1.0, 2.0, np.inf, np.inf, np.nan, 0.0, 0.0]), "reduction": "none"},
    "nan_in_a_mean": lambda: {"x": _special()[3:], "target": np.zeros(4)},
    "nan_in_a_sum": lambda: {"x": _special(), "target": np.ones(7), "reduction": "sum"},
    "infinite_gradient": lambda: {
        "x": np.array([1.0, 2.0, 3.0]), "target": np.array([1.0, 3.0, 2.0]), "grad_output": np.array(np.inf),
    },
    "square_overflows_in_float32": lambda: {"x": np.array([3e20, 1.0]), "target": np.array([-2e20, 0.0]), "reduction": "none"},
    "square_underflows_in_float32": lambda: {"x": np.array([3e-25, 1.0]), "target": np.array([-2e-25, 0.0]), "reduction": "none"},
    "subnormal": lambda: {"x": np.array([1e-40, -1e-40, 3e-39]), "target": np.array([0.0, 1e-45, -1e-40])},
    "no_samples": lambda: {"x": np.zeros((0, 3)), "target": np.zeros((0, 3))},
    "no_samples_sum": lambda: {"x": np.zeros((0, 3)), "target": np.zeros((0, 3)), "reduction": "sum"},
    "no_samples_one_by_one": lambda: {"x": np.zeros((0, 3)), "target": np.zeros((0, 3)), "reduction": "none"},
    "images": lambda: {"x": Recipe((32, 784), "mnist"), "target": Recipe((32, 784), "mnist")},
    "hundred_thousand_terms": lambda: {"x": Recipe((100, 1003), "positive"), "target": Recipe((100, 1003), "negative")},
    "million_terms_sum": lambda: {"x": Recipe((1_000_003,), "ones"), "target": Recipe((1_000_003,), "normal"), "reduction": "sum"},
}  # fmt: skip


def _loss(torch: Any, x: Any, target: Any, reduction: str) -> Any:
    return torch.nn.functional.mse_loss(x, target, reduction=reduction)


def _reduce(loss: Any, reduction: str) -> Any:
    return {"none": lambda: loss, "sum": loss.sum, "mean": loss.mean}[reduction]()


MISTAKES = (
    *reduction_mistakes(_loss),
    Mistake("the gradient lacks the factor 2", backward=lambda torch, a, g, right: {n: v / 2 for n, v in right.items()}),
    Mistake("is halved", forward=lambda torch, **a: _loss(torch, **a) / 2),
    Mistake("lacks the square (absolute differences)", forward=lambda torch, x, target, reduction: torch.nn.functional.l1_loss(x, target, reduction=reduction)),
    Mistake("takes the square root of the mean", forward=lambda torch, **a: torch.sqrt(_loss(torch, **a))),
    Mistake("squares x and target before subtracting", forward=lambda torch, x, target, reduction: _reduce(x**2 - target**2, reduction)),
    Mistake("grad_x has the wrong sign", backward=lambda torch, a, g, right: {"x": -right["x"]}),
    Mistake("grad_target has the sign of grad_x", backward=lambda torch, a, g, right: {"target": right["x"]}),
    Mistake("grad_target is zero", backward=lambda torch, a, g, right: {"target": torch.zeros_like(right["target"])}),
)  # fmt: skip
