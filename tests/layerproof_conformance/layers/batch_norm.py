"""What the judge knows about batch_norm: in training the norms' algorithm over batch and positions, in evaluation an affine map."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._batch_norm import MISTAKES as MISTAKES
from layerproof_conformance.layers._batch_norm import call as call
from layerproof_conformance.layers._batch_norm import grouping
from layerproof_conformance.layers._normalization import (
    FINITE,
    MODERATE,
    apart,
    gradient_values,
    inverse_root,
    moments,
    numbers,
    outputs,
    parameter_gradients,
    rounded,
    running_mean,
    shaped,
    trace,
    where_finite,
)
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "training": (True, False),
    "momentum": (0.1, 0.0, 1.0, 0.5, -0.5, 3),
    "eps": (1e-5, 1e-3, 0.1, 1e-12),
}


PIECE = 2**16
"""Values that are traced at once, so that all intermediate results stay in the processor's cache, which is faster."""
OF_CHANNELS = ("weight", "bias", "running_mean", "running_var")


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    x = arguments["x"]
    if x.size <= PIECE:
        return _traced(arithmetic, arguments, grad_output)
    width = max(1, PIECE * x.shape[1] // x.size)
    pieces = []
    for start in range(0, x.shape[1], width):
        part = slice(start, start + width)
        own = {name: None if arguments[name] is None else arguments[name][part] for name in OF_CHANNELS}
        pieces.append(_traced(arithmetic, {**arguments, **own, "x": x[:, part]}, grad_output[:, part]))
    return {
        name: [TracedValue.joined(parts, 1 if name in ("output", "grad_x") else 0) for parts in candidates]
        for name in pieces[0]
        for candidates in (zip(*(piece[name] for piece in pieces), strict=True),)
    }


def _traced(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    if arguments["training"]:
        # the weight of a channel can also be multiplied last
        traced = trace(arithmetic, arguments, grad_output, grouping(arguments), arguments["eps"], weight_last=True)
    else:
        traced = _evaluated(arithmetic, arguments, grad_output)
    return traced if arguments["running_mean"] is None else {**traced, **_running(arithmetic, arguments)}


def _evaluated(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    """The running statistics are given, so they neither have errors nor depend on x."""
    axes = grouping(arguments)
    x, gradient = (arithmetic.exact(value.reshape(axes.shape)) for value in (arguments["x"], grad_output))
    mean = arithmetic.exact(axes.parameter(arguments["running_mean"], 0.0))
    scale = inverse_root(arithmetic.exact(axes.parameter(arguments["running_var"], 0.0)), arguments["eps"])
    weight = axes.parameter(arguments["weight"], 1.0)
    grads = parameter_gradients(gradient, apart(x, mean, scale), axes)
    products, total = moments(x, gradient, axes)
    grads["grad_weight"].append(((products - mean * total) * scale).sum(axes.parameters))
    grads["grad_x"] = [gradient * (scale * weight), gradient * weight * scale, gradient * scale * weight]
    return shaped({"output": outputs(arguments, axes, x, mean, scale), **grads}, arguments)


def _running(arithmetic: Arithmetic, arguments: Mapping[str, Any]) -> dict[str, list[TracedValue]]:
    """The running statistics after the step: a weighted mean, or the old value and a part of the difference."""
    axes = grouping(arguments)
    old = [arithmetic.exact(arguments[name]) for name in ("running_mean", "running_var")]
    if not arguments["training"] or axes.count == 0:
        return {"new_running_mean": [old[0]], "new_running_var": [old[1]]}
    x = arithmetic.exact(arguments["x"].reshape(axes.shape))
    mean = running_mean(x, axes)
    deviation = x - mean
    unbiased = (deviation * deviation).sum(axes.statistics, keepdims=True) * (1.0 / rounded(arithmetic, axes.count - 1))
    momentum = rounded(arithmetic, arguments["momentum"])
    found = {}
    for name, before, value in zip(("new_running_mean", "new_running_var"), old, (mean, unbiased), strict=True):
        now = value.reshape(before.value.shape)
        found[name] = [before * (1.0 - momentum) + now * momentum, before + (now - before) * momentum]
    return found


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Images, sequences or vectors, of which at most one direction is large."""
    large = sampler.one_of(("none", "none", "channels", "positions", "batch"))
    channels = sampler.length(9, 130) if large == "channels" else sampler.integer(1, 5)
    length = sampler.length(15, 65) if large == "positions" else sampler.integer(1, 5)
    batch = sampler.length(15, 65) if large == "batch" else sampler.batch()
    positions = sampler.one_of(((2, length), (length,), (), (2, length, 3)))
    size = (channels,)
    running = sampler.one_of((True, False)) or not attributes["training"]
    weight = sampler.one_of((None, sampler.recipe(size, sampler.values(FINITE))))
    return {
        "x": sampler.recipe((batch, channels, *positions), sampler.values(MODERATE)),
        "weight": weight,
        "bias": sampler.one_of((None, sampler.recipe(size))),
        "running_mean": sampler.recipe(size, sampler.values(FINITE)) if running else None,
        "running_var": sampler.recipe(size, sampler.one_of(("variances", "positive", "ones"))) if running else None,
        "grad_output": gradient_values(sampler, weight),
    }  # fmt: skip


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but what an infinite grad_output reaches through a sum, and the running mean of an infinite channel: a NaN in some algorithms."""
    axes = grouping(arguments)
    found = where_finite(arguments, grad_output, axes)
    if not arguments["training"]:
        found.pop("grad_x", None)
        return found
    infinite = np.isinf(arguments["x"]).reshape(axes.shape).any(axes.statistics)
    return {**found, "new_running_mean": ~infinite} if infinite.any() else found


_W, _B = np.array([0.5, -2.0, 3.0]), np.array([0.1, 0.2, -0.3])
_MEAN, _VAR = np.array([0.5, -1.0, 2.0]), np.array([0.25, 4.0, 1.5])
_PARAMETERS = {"weight": _W, "bias": _B}
_STATISTICS = {"running_mean": _MEAN, "running_var": _VAR}
_ALL = {**_PARAMETERS, **_STATISTICS}


def _training(*shape: int, **others: Any) -> Any:
    return lambda: {
        "x": numbers(*shape) + np.arange(3.0).reshape(3, *(1,) * (len(shape) - 2)),
        "training": True,
        **others,
    }


def _evaluation(*shape: int, **others: Any) -> Any:
    return lambda: {"x": numbers(*shape), **_STATISTICS, "training": False, **others}


_ODD = np.array([[1.0, 2.0, np.nan], [np.inf, -1.0, 0.5], [2.0, 0.5, 1.0], [0.25, 1.5, -2.0]])
EDGES: dict[str, Any] = {
    "training": _training(4, 3, 2, 3, **_ALL),
    "training_vectors": _training(5, 3, **_ALL),
    "training_sequences": _training(2, 3, 4, **_ALL),
    "training_volumes": _training(2, 3, 2, 1, 3, **_ALL),
    "training_weight_only": _training(4, 3, 2, weight=_W),
    "training_bias_only": _training(4, 3, 2, bias=_B, **_STATISTICS),
    "training_neither": _training(4, 3, 2, **_STATISTICS),
    "training_without_statistics": _training(4, 3, 2, **_PARAMETERS),
    "two_values": _training(2, 3, **_ALL),
    "one_image": _training(1, 3, 2, 2, **_ALL),
    "momentum_0": _training(4, 3, momentum=0.0, **_ALL),
    "momentum_1": _training(4, 3, momentum=1.0, **_ALL),
    "momentum_a_tenth": _training(4, 3, momentum=0.1, **_ALL),
    "momentum_above_1": _training(4, 3, momentum=2.5, **_ALL),
    "momentum_negative": _training(4, 3, momentum=-1.0, **_ALL),
    "large_eps": _training(4, 3, 2, eps=10.0, **_ALL),
    "small_eps": _training(4, 3, 2, eps=1e-12, **_ALL),
    "evaluation": _evaluation(4, 3, 2, 3, **_PARAMETERS),
    "evaluation_vectors": _evaluation(5, 3, **_PARAMETERS),
    "evaluation_sequences": _evaluation(2, 3, 4, **_PARAMETERS),
    "evaluation_weight_only": _evaluation(4, 3, 2, weight=_W),
    "evaluation_bias_only": _evaluation(4, 3, 2, bias=_B),
    "evaluation_neither": _evaluation(4, 3, 2),
    "evaluation_one_value": _evaluation(1, 3, **_PARAMETERS),
    "evaluation_large_eps": _evaluation(4, 3, 2, eps=10.0, **_PARAMETERS),
    "evaluation_no_eps": _evaluation(4, 3, 2, eps=0.0, **_PARAMETERS),
    "evaluation_momentum_1": _evaluation(4, 3, 2, momentum=1.0, **_PARAMETERS),
    "evaluation_dead_channel": lambda: {
        "x": numbers(4, 3, 2), **_PARAMETERS, "running_mean": np.array([0.0, 0.5, 0.0]), "running_var": np.array([0.0, 1.0, 1e-8]),
    },
    "evaluation_beside_the_mean": lambda: {
        "x": 1e3 + 1e-3 * numbers(4, 3), **_PARAMETERS, "running_mean": np.full(3, 1e3), "running_var": np.array([1e-6, 1.0, 1e-2]),
    },
    "evaluation_large_values": lambda: {"x": Recipe((4, 3, 5), "large"), **_ALL},
    "evaluation_huge_values": lambda: {"x": Recipe((4, 3, 5), "huge"), **_ALL},
    "constant_channels": lambda: {"x": np.array([1.5, 0.0, -7.0]) * np.ones((4, 3)), "training": True, **_ALL},
    "constant_channels_large_eps": lambda: {"x": np.array([0.3, 1.0, -7.0]) * np.ones((4, 3)), "training": True, "eps": 0.1, **_ALL},
    "spread_below_eps": lambda: {"x": 1e-3 * numbers(4, 3, 2), "training": True, "eps": 1e-3, **_ALL},
    "large_mean": lambda: {"x": 1e4 + numbers(4, 3, 2), "training": True, **_ALL},
    "large_mean_many": lambda: {"x": -1e4 + numbers(33, 3, 2), "training": True, **_ALL},
    "large_mean_small_spread": lambda: {"x": 100 + 0.01 * numbers(4, 3, 3), "training": True, **_ALL},
    "channels_far_apart": lambda: {"x": np.array([1e3, 1.0, 1e-3]) * numbers(8, 3), "training": True, **_ALL},
    "training_nan_and_inf": lambda: {"x": _ODD, "training": True, **_ALL},
    "evaluation_nan_and_inf": lambda: {"x": _ODD, "training": False, **_ALL},
    "nan_parameters": _training(4, 3, weight=np.array([np.nan, 1.0, 2.0]), bias=np.array([0.0, np.inf, np.nan])),
    "training_nan_and_inf_gradient": _training(4, 3, grad_output=_ODD, **_ALL),
    "evaluation_nan_and_inf_gradient": _evaluation(4, 3, grad_output=_ODD, **_PARAMETERS),
    "no_samples": lambda: {"x": np.zeros((0, 3, 2, 2)), "training": True, **_ALL},
    "no_samples_in_evaluation": lambda: {"x": np.zeros((0, 3, 2, 2)), "training": False, **_ALL},
    "digits": lambda: {"x": Recipe((8, 1, 28, 28), "mnist"), "weight": Recipe((1,)), "bias": Recipe((1,)), "training": True},
    "pixels_of_digits": lambda: {
        "x": Recipe((8, 784), "mnist"), "training": True, "running_mean": Recipe((784,)), "running_var": Recipe((784,), "positive"),
    },
    "large_batch": lambda: {"x": Recipe((4099, 3)), "training": True, "weight": Recipe((3,)), "bias": Recipe((3,))},
    "long_channel": lambda: {
        "x": Recipe((10, 1, 100, 101), "positive"), "training": True, "weight": Recipe((1,)), "bias": Recipe((1,)),
        "running_mean": Recipe((1,)), "running_var": Recipe((1,), "positive"),
    },
}  # fmt: skip
