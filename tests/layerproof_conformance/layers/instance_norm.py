"""What the judge knows about instance_norm: statistics of each channel of each sample."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _normalization_cases as cases
from layerproof_conformance.layers._examples import Array, Edges, numbers
from layerproof_conformance.layers._normalization import Grouping, trace, where_finite
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_of
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"eps": tuple(eps for eps in cases.EPS if eps > 0)}


def grouping(arguments: Mapping[str, Any]) -> Grouping:
    """Samples, channels, positions."""
    N, C, *positions = arguments["x"].shape
    return Grouping((N, C, math.prod(positions)), (2,), (0, 2))


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    return trace(arithmetic, arguments, grad_output, grouping(arguments), arguments["eps"], weight_last=True)


BOUND = RunningError(_trace)


def call(torch: Any, x: Any, weight: Any, bias: Any, eps: float) -> Any:
    """Without weight and bias, which follow: PyTorch's own fails where there is a weight and no sample."""
    axes = grouping({"x": x})
    output = torch.nn.functional.instance_norm(x, eps=eps).reshape(axes.shape)
    return (output * axes.parameter(weight, 1.0) + axes.parameter(bias, 0.0)).reshape(x.shape)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Sequences, images or volumes, of which at most one direction is large."""
    large = sampler.one_of(("none", "none", "channels", "positions"))
    channels = sampler.length(9, 130) if large == "channels" else sampler.integer(1, 4)
    length = sampler.length(15, 65) if large == "positions" else sampler.integer(2, 4)
    positions = sampler.one_of(((2, length), (length,), (2, length, 3)))
    return cases.arrays_of_norm(sampler, (sampler.batch(3), channels, *positions), (channels,))


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but what an infinite grad_output reaches."""
    return where_finite(arguments, grad_output, grouping(arguments))


def _arguments(x: Array) -> dict[str, Any]:
    return {"x": x, "weight": numbers(x.shape[1]), "bias": numbers(x.shape[1]) + 1}


LEFT_OPEN = cases.LEFT_OPEN
EXAMPLES = {"": _arguments(numbers(2, 3, 2, 4))}
EDGES: Edges = {
    **{name: edge for name, edge in cases.edges_of_rows(lambda rows: _arguments(rows[None])).items() if edge.get("eps", 1) > 0},
    "as_many_samples_as_channels": _arguments(numbers(3, 3, 4)),
    "constant_samples": _arguments(np.arange(6.0).reshape(2, 3, 1) * np.ones((2, 3, 4))),
    "digits": {"x": Recipe((4, 1, 28, 28), "mnist"), "weight": Recipe((1,)), "bias": Recipe((1,))},
    "long_channel": {"x": Recipe((1, 1, 251, 211), "positive"), "weight": Recipe((1,)), "bias": Recipe((1,))},
}  # fmt: skip

_NORM = Norm(grouping)
MISTAKES = (
    *mistakes_of(_NORM),
    _NORM.over_other_axes("normalises over the batch, as batch_norm does", lambda a: Grouping(grouping(a).shape, (0, 2), ())),
    _NORM.over_other_axes("normalises all channels of a sample together", lambda a: Grouping(grouping(a).shape, (1, 2), ())),
)  # fmt: skip
