"""What the judge knows about linear: linear in each input, so every bound comes from the layer itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Edges, numbers, ramp
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

BOUND = Multilinear()


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Any leading axes, of which at most one direction is large."""
    large = sampler.one_of(("none", "none", "inputs", "outputs", "batch"))
    inputs = sampler.length(15, 130) if large == "inputs" else sampler.length(1, 9)
    outputs = sampler.length(15, 130) if large == "outputs" else sampler.length(1, 9)
    leading = [sampler.length(15, 65) if large == "batch" else sampler.batch(3)]
    leading = sampler.one_of((leading, [], [*leading, 2], [2, *leading, 3]))
    return {
        "x": sampler.recipe((*leading, inputs)),
        "weight": sampler.recipe((outputs, inputs)),
        "bias": sampler.one_of((None, sampler.recipe((outputs,)))),
    }


EXAMPLES = {"": {"x": numbers(2, 3, 4), "weight": numbers(5, 4), "bias": ramp(5) - 1}}
EDGES: Edges = {
    "square": {"x": numbers(3, 3), "weight": numbers(3, 3).T, "bias": ramp(3)},
    "no_inputs": {"x": np.zeros((2, 0)), "weight": np.zeros((3, 0)), "bias": ramp(3)},
    "inf_weight_at_zero": {"x": np.array([[0.0, 1.0], [2.0, 0.0]]), "weight": np.array([[np.inf, 1.0], [1.0, 2.0]])},
    "inf_weight_under_zero_rows": {"x": np.array([[0.0, 0.0], [1.0, 2.0], [0.0, -0.0]]), "weight": np.array([[np.inf, 1.0], [1.0, 2.0], [3.0, np.nan]])},
    "inf_input_under_a_zero_gradient": {"x": np.array([[np.inf, 1.0], [2.0, 3.0]]), "weight": numbers(3, 2), "grad_output": np.zeros((2, 3))},
    "cancelling": {"x": np.array([[1e8, 1.0, -1e8]]), "weight": np.ones((2, 3)), "bias": np.array([0.0, 1.0])},
    "digits": {"x": Recipe((16, 784), "mnist"), "weight": Recipe((10, 784)), "bias": Recipe((10,))},
    "million_terms": {"x": Recipe((1, 1_000_000), "positive"), "weight": Recipe((1, 1_000_000), "positive")},
    "more_than_sixteen_bits_of_rows": {"x": Recipe((66_001, 1), "positive"), "weight": Recipe((2, 1))},
    "large_batch": {"x": Recipe((4099, 3), "positive"), "weight": Recipe((2, 3)), "bias": Recipe((2,))},
}  # fmt: skip
MISTAKES = (
    changed("the weight is not transposed", weight=lambda a: a["weight"].T),
    changed("the bias is subtracted", bias=lambda a: -a["bias"]),
    Mistake("grad_x uses the transposed weight", backward=lambda torch, a, g, right: {"x": g @ a["weight"].T}),
    Mistake("grad_bias sums over the first axis only", backward=lambda torch, a, g, right: {"bias": g.sum(0)}),
)
