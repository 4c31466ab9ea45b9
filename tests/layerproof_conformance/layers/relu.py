"""What the judge knows about relu: values are selected, so nothing is rounded."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.oracle.bounds import ExactSelection
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {}
BOUND = ExactSelection()


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    shape = sampler.any_shape()
    return {"x": sampler.recipe(shape)}


EDGES: dict[str, Any] = {
    "zeros": lambda: {"x": np.array([[0.0, -0.0, 1.0], [-1.0, 0.0, 2.0]])},
    "all_negative": lambda: {"x": -np.arange(1.0, 13.0).reshape(3, 4)},
    "nan_and_inf": lambda: {"x": np.array([np.nan, -np.nan, np.inf, -np.inf, 1.0, -1.0, 0.0, -0.0])},
    "nan_and_inf_gradient": lambda: {
        "x": np.array([-1.0, 1.0, 0.0, -1.0, 1.0, -2.0, 3.0]),
        "grad_output": np.array([np.nan, np.nan, np.inf, np.inf, -np.inf, 2.0, 3.0]),
    },
    "subnormal": lambda: {"x": np.array([1e-40, -1e-40, 1e-45, -1e-45, 3e-39])},
    "empty": lambda: {"x": np.zeros((0, 3))},
    "more_than_sixteen_bits_of_elements": lambda: {"x": Recipe((70_001,))},
    "scalar": lambda: {"x": np.array(-1.5)},
}

MISTAKES = (
    Mistake(
        "lets the gradient through at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] >= 0, g, 0.0)}
    ),
    Mistake("lets the gradient through everywhere", backward=lambda torch, a, g, right: {"x": g}),
    Mistake(
        "gradient 1/2 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, g / 2, right["x"])}
    ),
    Mistake("takes the absolute value", forward=lambda torch, x: x.abs()),
    Mistake("does nothing (the identity)", forward=lambda torch, x: x * 1),
    Mistake("leaks a slope of 0.01 for negative values", forward=lambda torch, x: torch.nn.functional.leaky_relu(x)),
    Mistake("caps values at 6 (relu6)", forward=lambda torch, x: torch.nn.functional.relu6(x)),
)
