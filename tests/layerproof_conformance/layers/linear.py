"""What the judge knows about linear: linear in each input, so every bound comes from the layer itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {}
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


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


EDGES: dict[str, Any] = {
    "number_times_number": lambda: {"x": np.array([3.0]), "weight": np.array([[-2.0]]), "bias": np.array([0.5])},
    "square": lambda: {"x": _numbers(3, 3), "weight": _numbers(3, 3, 1)[..., 0], "bias": np.arange(3.0)},
    "no_leading_axes": lambda: {"x": _numbers(4), "weight": _numbers(3, 4)},
    "three_leading_axes": lambda: {"x": _numbers(2, 3, 2, 4), "weight": _numbers(5, 4), "bias": np.arange(5.0)},
    "no_samples": lambda: {"x": np.zeros((0, 4)), "weight": _numbers(3, 4), "bias": np.arange(3.0)},
    "no_inputs": lambda: {"x": np.zeros((2, 0)), "weight": np.zeros((3, 0)), "bias": np.arange(3.0)},
    "nan_and_inf": lambda: {
        "x": np.array([[np.nan, 1.0, 2.0], [np.inf, 0.0, 1.0], [1.0, 2.0, 3.0]]),
        "weight": np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]),
    },
    "inf_weight_at_zero": lambda: {"x": np.array([[0.0, 1.0], [2.0, 0.0]]), "weight": np.array([[np.inf, 1.0], [1.0, 2.0]])},
    "inf_weight_under_zero_rows": lambda: {
        "x": np.array([[0.0, 0.0], [1.0, 2.0], [0.0, -0.0]]),
        "weight": np.array([[np.inf, 1.0], [1.0, 2.0], [3.0, np.nan]]),
    },
    "inf_input_under_a_zero_gradient": lambda: {
        "x": np.array([[np.inf, 1.0], [2.0, 3.0]]), "weight": _numbers(3, 2), "grad_output": np.zeros((2, 3)),
    },
    "cancelling": lambda: {"x": np.array([[1e8, 1.0, -1e8]]), "weight": np.ones((2, 3)), "bias": np.array([0.0, 1.0])},
    "digits": lambda: {"x": Recipe((16, 784), "mnist"), "weight": Recipe((10, 784)), "bias": Recipe((10,))},
    "million_terms": lambda: {"x": Recipe((1, 1_000_000), "positive"), "weight": Recipe((1, 1_000_000), "positive")},
    "more_than_sixteen_bits_of_rows": lambda: {"x": Recipe((66_001, 1), "positive"), "weight": Recipe((2, 1))},
    "large_batch": lambda: {"x": Recipe((4099, 3), "positive"), "weight": Recipe((2, 3)), "bias": Recipe((2,))},
}  # fmt: skip


def _linear(torch: Any, a: Mapping[str, Any], **changed: Any) -> Any:
    given = {**a, **changed}
    return torch.nn.functional.linear(given["x"], given["weight"], given["bias"])


MISTAKES = (
    Mistake("the weight is not transposed", forward=lambda torch, **a: _linear(torch, a, weight=a["weight"].T)),
    Mistake("the bias is not added", forward=lambda torch, **a: _linear(torch, a, bias=None)),
    Mistake("the bias is subtracted", forward=lambda torch, **a: _linear(torch, a, bias=-a["bias"])),
    Mistake("grad_x uses the transposed weight", backward=lambda torch, a, g, right: {"x": g @ a["weight"].T}),
    Mistake("grad_weight is transposed", backward=lambda torch, a, g, right: {"weight": right["weight"].T}),
    Mistake("grad_weight is the mean over the batch, not the sum", backward=lambda torch, a, g, right: {"weight": right["weight"] / len(g)}),
    Mistake("grad_bias is the mean over the batch, not the sum", backward=lambda torch, a, g, right: {"bias": right["bias"] / len(g)}),
    Mistake("grad_bias sums over the first axis only", backward=lambda torch, a, g, right: {"bias": g.sum(0)}),
)  # fmt: skip
