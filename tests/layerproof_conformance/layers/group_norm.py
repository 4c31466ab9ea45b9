"""What the judge knows about group_norm: statistics of each contiguous group of channels of each sample."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _normalization_cases as cases
from layerproof_conformance.layers._examples import Array, Edges, numbers
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.layers._normalization import Grouping, bound_and_judged
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_of
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"num_groups": (1, 2, 3, 4, 5, 8, 16, 33), "eps": cases.EPS}


def grouping(arguments: Mapping[str, Any]) -> Grouping:
    """Samples, groups, channels of a group, positions."""
    N, C, *positions = arguments["x"].shape
    return Grouping((N, arguments["num_groups"], C // arguments["num_groups"], math.prod(positions)), (2, 3), (0, 3))


def call(torch: Any, x: Any, num_groups: int, weight: Any, bias: Any, eps: float) -> Any:
    """With a weight of ones where only a bias is given: PyTorch's backward fails on the CPU without."""
    if weight is None and bias is not None:
        weight = torch.ones_like(bias)
    return torch.nn.functional.group_norm(x, num_groups, weight, bias, eps)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """A few channels in each group or one, no positions or up to three axes of them."""
    large = sampler.one_of(("none", "none", "channels", "positions"))
    groups = attributes["num_groups"]
    channels = groups * (sampler.length(9, max(9, 130 // groups)) if large == "channels" else sampler.integer(1, 4))
    length = sampler.length(15, 65) if large == "positions" else sampler.integer(1, 4)
    positions = sampler.one_of(((2, length), (length,), (), (2, length, 3)))
    return cases.arrays_of_norm(sampler, (sampler.batch(3), channels, *positions), (channels,))


def _of_groups(x: Array, num_groups: int) -> dict[str, Any]:
    channels = x.shape[1]
    return {"x": x, "weight": numbers(channels), "bias": numbers(channels) + 1, "num_groups": num_groups}


def _of_rows(rows: Array) -> dict[str, Any]:
    """Each row is a group, of two channels where it can be halved."""
    count, width = rows.shape
    channels = 1 if width % 2 else 2
    return _of_groups(rows.reshape(1, count * channels, width // channels), count)


BOUND, judged = bound_and_judged(grouping)
LEFT_OPEN = cases.LEFT_OPEN
EXAMPLES = {"": _of_groups(numbers(2, 6, 2, 3), 2)}
EDGES: Edges = {
    **cases.edges_of_rows(_of_rows),
    **{f"twelve_channels_in_{groups}": _of_groups(numbers(2, 12, 3), groups) for groups in (1, 2, 3, 4, 6, 12)},
    "three_axes_of_positions": _of_groups(numbers(2, 6, 2, 3, 2), 3),
    "one_value_each": _of_groups(numbers(3, 6), 6),
    "channels_of_different_size": _of_groups(np.logspace(-3, 3, 6)[:, None] * numbers(2, 6, 5), 3),
    "constant_channels": _of_groups(np.arange(1.0, 7.0)[:, None] * np.ones((2, 6, 4)), 3),
    "digits": {"x": Recipe((4, 2, 28, 28), "mnist"), "weight": Recipe((2,)), "bias": Recipe((2,)), "num_groups": 2},
    "long_group": {"x": Recipe((1, 2, 251, 211), "positive"), "weight": Recipe((2,)), "bias": Recipe((2,)), "num_groups": 1},
}  # fmt: skip


def _over(*axes: int, exchanged: bool = False) -> Any:
    """Statistics over other axes of samples, groups, channels of a group, positions; or with the second and third exchanged."""

    def wrong(a: Mapping[str, Any]) -> Grouping:
        N, groups, channels, positions = grouping(a).shape
        return Grouping((N, channels, groups, positions) if exchanged else (N, groups, channels, positions), axes, ())

    return wrong


def _per_position(name: str) -> Any:
    """A parameter with the values of one group, again for each group."""
    return lambda a: None if a[name] is None else a[name][: len(a[name]) // a["num_groups"]].repeat(a["num_groups"])


_NORM = Norm(grouping)
MISTAKES = (
    *mistakes_of(_NORM),
    _NORM.over_other_axes("the channels of a group are interleaved, not contiguous", _over(1, 3, exchanged=True)),
    _NORM.over_other_axes("num_groups is taken for the number of channels in a group", _over(2, 3, exchanged=True)),
    _NORM.over_other_axes("num_groups is ignored: all channels are one group", _over(1, 2, 3)),
    _NORM.over_other_axes("num_groups is ignored: every channel is a group of its own", _over(3)),
    _NORM.over_other_axes("each position is normalised by itself", _over(2)),
    _NORM.over_other_axes("the samples share their statistics", _over(0, 2, 3)),
    _NORM.over_other_axes("normalises over the batch, as batch_norm does", _over(0, 3)),
    Mistake("the means in grad_x divide by the number of positions, not by the size of the group",
            backward=lambda torch, a, g, right: _NORM.grad_x(a, g, divisor=grouping(a).shape[3])),
    changed("weight and bias are taken per position of the group, not per channel", weight=_per_position("weight"), bias=_per_position("bias")),
)  # fmt: skip
