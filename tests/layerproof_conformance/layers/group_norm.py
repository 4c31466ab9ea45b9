"""What the judge knows about group_norm: statistics of each contiguous group of channels of each sample."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._normalization import (
    FINITE,
    MODERATE,
    Grouping,
    gradient_values,
    numbers,
    trace,
    where_finite,
)
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_of
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "num_groups": (1, 2, 3, 4, 5, 8, 16, 33),
    "eps": (1e-5, 1e-3, 0.1, 1e-12, -0.3),
}


def grouping(arguments: Mapping[str, Any]) -> Grouping:
    """Samples, groups, channels of a group, positions."""
    N, C, *positions = arguments["x"].shape
    groups = arguments["num_groups"]
    return Grouping((N, groups, C // groups, math.prod(positions)), (2, 3), (0, 3))


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    return trace(arithmetic, arguments, grad_output, grouping(arguments), arguments["eps"])


BOUND = RunningError(_trace)


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
    weight = sampler.one_of((None, sampler.recipe((channels,), sampler.values(FINITE))))
    return {
        "x": sampler.recipe((sampler.batch(3), channels, *positions), sampler.values(MODERATE)),
        "weight": weight,
        "bias": sampler.one_of((None, sampler.recipe((channels,)))),
        "grad_output": gradient_values(sampler, weight),
    }


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but what an infinite grad_output reaches."""
    return where_finite(arguments, grad_output, grouping(arguments))


_W, _B = np.array([0.5, -2.0, 3.0, 1.0, -1.0, 0.25]), np.array([0.1, 0.2, -0.3, 1.0, 0.0, 2.0])


def _twelve(num_groups: int) -> Any:
    """Twelve channels in any number of groups that divides them."""
    return lambda: {"x": numbers(2, 12, 3), "weight": numbers(12), "bias": numbers(12) + 1, "num_groups": num_groups}


EDGES: dict[str, Any] = {
    "plain": lambda: {"x": numbers(2, 6, 2, 3), "num_groups": 2},
    "weight_and_bias": lambda: {"x": numbers(2, 6, 2, 3), "weight": _W, "bias": _B, "num_groups": 2},
    "weight_only": lambda: {"x": numbers(2, 6, 2, 3), "weight": _W, "num_groups": 3},
    "bias_only": lambda: {"x": numbers(2, 6, 2, 3), "bias": _B, "num_groups": 3},
    **{f"twelve_channels_in_{groups}": _twelve(groups) for groups in (1, 2, 3, 4, 6, 12)},
    "no_positions": lambda: {"x": numbers(3, 6), "weight": _W, "bias": _B, "num_groups": 2},
    "three_axes_of_positions": lambda: {"x": numbers(2, 6, 2, 3, 2), "weight": _W, "bias": _B, "num_groups": 3},
    "one_value_each": lambda: {"x": numbers(3, 6), "weight": _W, "bias": _B, "num_groups": 6},
    "one_sample": lambda: {"x": numbers(1, 6, 2, 2), "weight": _W, "bias": _B, "num_groups": 3},
    "constant_groups": lambda: {
        "x": np.repeat(np.array([[1.5, 0.0, -7.0]]), 2, axis=1)[..., None] * np.ones((2, 6, 3)), "weight": _W, "bias": _B, "num_groups": 3,
    },
    "constant_channels": lambda: {"x": np.arange(1.0, 7.0)[:, None] * np.ones((2, 6, 4)), "weight": _W, "bias": _B, "num_groups": 3},
    "spread_below_eps": lambda: {"x": 1e-3 * numbers(2, 6, 3), "weight": _W, "num_groups": 2, "eps": 1e-3},
    "large_eps": lambda: {"x": numbers(2, 6, 3), "weight": _W, "num_groups": 2, "eps": 10.0},
    "small_eps": lambda: {"x": numbers(2, 6, 3), "weight": _W, "num_groups": 2, "eps": 1e-12},
    "eps_below_zero": lambda: {"x": numbers(2, 6, 3), "weight": _W, "num_groups": 2, "eps": -0.5},
    "no_eps": lambda: {"x": numbers(2, 6, 3), "weight": _W, "num_groups": 2, "eps": 0.0},
    "large_mean": lambda: {"x": 1e4 + numbers(2, 6, 2, 2), "weight": _W, "bias": _B, "num_groups": 3},
    "large_mean_many": lambda: {"x": -1e4 + numbers(2, 8, 17), "num_groups": 2},
    "large_mean_small_spread": lambda: {"x": 100 + 0.01 * numbers(2, 6, 4), "num_groups": 3},
    "channels_far_apart": lambda: {"x": np.logspace(-3, 3, 6)[:, None] * numbers(2, 6, 5), "weight": _W, "bias": _B, "num_groups": 3},
    "nan_and_inf": lambda: {
        "x": np.where(np.arange(36).reshape(2, 6, 3) == 4, np.nan, np.where(np.arange(36).reshape(2, 6, 3) == 25, np.inf, numbers(2, 6, 3))),
        "weight": _W, "bias": _B, "num_groups": 3,
    },
    "nan_parameters": lambda: {
        "x": numbers(2, 6, 3), "weight": np.array([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0]), "bias": np.array([0.0, np.inf, np.nan, 1.0, 2.0, 3.0]),
        "num_groups": 3,
    },
    "nan_and_inf_gradient": lambda: {
        "x": numbers(2, 6, 2), "weight": _W, "bias": _B, "num_groups": 3,
        "grad_output": np.where(np.arange(24).reshape(2, 6, 2) == 4, np.nan, np.where(np.arange(24).reshape(2, 6, 2) == 21, np.inf, 1.5)),
    },
    "no_samples": lambda: {"x": np.zeros((0, 6, 2, 3)), "weight": _W, "bias": _B, "num_groups": 3},
    "digits": lambda: {"x": Recipe((4, 2, 28, 28), "mnist"), "weight": Recipe((2,)), "bias": Recipe((2,)), "num_groups": 2},
    "many_samples": lambda: {"x": Recipe((1031, 4, 2)), "weight": Recipe((4,)), "bias": Recipe((4,)), "num_groups": 2},
    "long_group": lambda: {"x": Recipe((1, 2, 251, 211), "positive"), "weight": Recipe((2,)), "bias": Recipe((2,)), "num_groups": 1},
}  # fmt: skip


def _interleaved(a: Mapping[str, Any]) -> Grouping:
    """Channels c, c + num_groups, c + 2*num_groups, ... together."""
    N, groups, channels, positions = grouping(a).shape
    return Grouping((N, channels, groups, positions), (1, 3), ())


def _groups_of(a: Mapping[str, Any]) -> Grouping:
    """num_groups channels in each group."""
    N, groups, channels, positions = grouping(a).shape
    return Grouping((N, channels, groups, positions), (2, 3), ())


def _over(*axes: int) -> Any:
    """Statistics over other axes of samples, groups, channels of a group, positions."""
    return lambda a: Grouping(grouping(a).shape, axes, ())


def _wrong(says: str, wrong: Any) -> Mistake:
    return Mistake(says, forward=lambda torch, **a: _NORM.forward(a, wrong(a)))


_NORM = Norm(grouping)
MISTAKES = (
    *mistakes_of(_NORM),
    _wrong("the channels of a group are interleaved, not contiguous", _interleaved),
    _wrong("num_groups is taken for the number of channels in a group", _groups_of),
    _wrong("num_groups is ignored: all channels are one group", _over(1, 2, 3)),
    _wrong("num_groups is ignored: every channel is a group of its own", _over(3)),
    _wrong("each position is normalised by itself", _over(2)),
    _wrong("the samples share their statistics", _over(0, 2, 3)),
    _wrong("normalises over the batch, as batch_norm does", _over(0, 3)),
    Mistake("the means in grad_x divide by the number of positions, not by the size of the group", backward=lambda torch, a, g, right: _NORM.grad_x(
        a, g, divisor=grouping(a).shape[3])),
    Mistake("the gradients of weight and bias are means over batch and positions, not sums", backward=lambda torch, a, g, right: {
        name: right[name] / max(g.numel() // g.shape[1], 1) for name in right if name != "x"}),
    Mistake("weight and bias are taken per position of the group, not per channel", forward=lambda torch, **a: _NORM.forward(
        {**a, "weight": _repeated(a["weight"], a["num_groups"]), "bias": _repeated(a["bias"], a["num_groups"])})),
)  # fmt: skip


def _repeated(parameter: Any, groups: int) -> Any:
    return None if parameter is None else parameter[: len(parameter) // groups].repeat(groups)
