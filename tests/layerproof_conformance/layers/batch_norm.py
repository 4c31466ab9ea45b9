"""What the judge knows about batch_norm: in training the norms' algorithm over batch and positions, in evaluation an affine map."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _normalization as norms
from layerproof_conformance.layers import _normalization_cases as cases
from layerproof_conformance.layers._batch_norm import MISTAKES as MISTAKES
from layerproof_conformance.layers._batch_norm import call as call
from layerproof_conformance.layers._batch_norm import grouping
from layerproof_conformance.layers._examples import Edges, numbers
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
        parameters = {name: None if arguments[name] is None else arguments[name][part] for name in OF_CHANNELS}
        pieces.append(_traced(arithmetic, {**arguments, **parameters, "x": x[:, part]}, grad_output[:, part]))
    return {
        name: [TracedValue.joined(parts, 1 if name in ("output", "grad_x") else 0) for parts in candidates]
        for name in pieces[0]
        for candidates in (zip(*(piece[name] for piece in pieces), strict=True),)
    }


def _traced(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    if arguments["training"]:
        # the weight of a channel can also be multiplied last
        traced = norms.trace(
            arithmetic, arguments, grad_output, grouping(arguments), arguments["eps"], weight_last=True
        )
    else:
        traced = _evaluated(arithmetic, arguments, grad_output)
    return traced if arguments["running_mean"] is None else {**traced, **_running(arithmetic, arguments)}


def _evaluated(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    """The running statistics are given, so they neither have errors nor depend on x."""
    axes = grouping(arguments)
    x, gradient = (arithmetic.exact(value.reshape(axes.shape)) for value in (arguments["x"], grad_output))
    mean = arithmetic.exact(axes.parameter(arguments["running_mean"], 0.0))
    scale = norms.inverse_root(arithmetic.exact(axes.parameter(arguments["running_var"], 0.0)), arguments["eps"])
    weight = axes.parameter(arguments["weight"], 1.0)
    grads = norms.parameter_gradients(gradient, norms.shifted_and_scaled(x, mean, scale), axes)
    products, total = norms.moments(x, gradient, axes)
    grads["grad_weight"].append(((products - mean * total) * scale).sum(axes.parameters))
    grads["grad_x"] = [gradient * (scale * weight), gradient * weight * scale, gradient * scale * weight]
    return norms.shaped({"output": norms.outputs(arguments, axes, x, mean, scale), **grads}, arguments)


def _running(arithmetic: Arithmetic, arguments: Mapping[str, Any]) -> dict[str, list[TracedValue]]:
    """The running statistics after the step: a weighted mean, or the old value and a part of the difference."""
    axes = grouping(arguments)
    old = [arithmetic.exact(arguments[name]) for name in ("running_mean", "running_var")]
    if not arguments["training"] or axes.count == 0:
        return {"new_running_mean": [old[0]], "new_running_var": [old[1]]}
    x = arithmetic.exact(arguments["x"].reshape(axes.shape))
    mean = norms.running_mean(x, axes)
    deviation = x - mean
    unbiased = (deviation * deviation).sum(axes.statistics, keepdims=True) * (
        1.0 / norms.rounded(arithmetic, axes.count - 1)
    )
    momentum = norms.rounded(arithmetic, arguments["momentum"])
    traced = {}
    for name, before, value in zip(("new_running_mean", "new_running_var"), old, (mean, unbiased), strict=True):
        now = value.reshape(before.value.shape)
        traced[name] = [before * (1.0 - momentum) + now * momentum, before + (now - before) * momentum]
    return traced


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Images, sequences or vectors, of which at most one direction is large."""
    large = sampler.one_of(("none", "none", "channels", "positions", "batch"))
    channels = sampler.length(9, 130) if large == "channels" else sampler.integer(1, 5)
    length = sampler.length(15, 65) if large == "positions" else sampler.integer(1, 5)
    batch = sampler.length(15, 65) if large == "batch" else sampler.batch()
    positions = sampler.one_of(((2, length), (length,), (), (2, length, 3)))
    running = sampler.one_of((True, False)) or not attributes["training"]
    arrays = cases.arrays_of_norm(sampler, (batch, channels, *positions), (channels,))
    mean = sampler.recipe((channels,), sampler.values(cases.FINITE))
    variance = sampler.recipe((channels,), sampler.one_of(("variances", "positive", "ones")))
    return {**arrays, "running_mean": mean if running else None, "running_var": variance if running else None}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but what an infinite grad_output reaches through a sum, and the running mean of an infinite channel: a NaN in some algorithms."""
    axes = grouping(arguments)
    judged = norms.where_finite(arguments, grad_output, axes)
    if not arguments["training"]:
        return {name: mask for name, mask in judged.items() if name != "grad_x"}
    infinite = np.isinf(arguments["x"]).reshape(axes.shape).any(axes.statistics)
    return {**judged, "new_running_mean": ~infinite} if infinite.any() else judged


def _with_statistics(x: Any, training: bool = True, **changed: Any) -> dict[str, Any]:
    """All that may be None, for as many channels as x has."""
    count = x.shape[1]
    values: dict[str, Any] = {
        "weight": numbers(count),
        "bias": numbers(count) + 1,
        "running_mean": numbers(count) - 0.5,
    }
    return {"x": x, **values, "running_var": 0.25 + numbers(count) ** 2, "training": training, **changed}


_X = numbers(4, 3, 2, 3) + np.arange(3.0).reshape(3, 1, 1)
_VECTORS = numbers(4, 3)
_NO_PARAMETERS: dict[str, Any] = {"weight": None, "bias": None}
_NO_STATISTICS: dict[str, Any] = {"running_mean": None, "running_var": None}
# old + momentum * (new - old) is NaN where the old value is infinite, (1 - momentum) * old + momentum * new is not
LEFT_OPEN = (
    *cases.LEFT_OPEN,
    # an infinite statistic may become NaN on the way to its weighted mean, or where it is kept in two parts
    *("nan_and_inf_in_running_mean", "nan_and_inf_in_running_var", "nan_and_inf_in_running_mean_in_evaluation"),
)
EXAMPLES = {"": _with_statistics(_X), "in_evaluation": _with_statistics(_X, training=False)}
EDGES: Edges = {
    "nan_in_running_mean_in_evaluation": {**_with_statistics(_X, training=False), "running_mean": np.array([0.5, np.nan, 2.0])},
    # each row is a channel, of vectors
    **{name: edge for name, edge in cases.edges_of_rows(lambda rows: _with_statistics(rows.T)).items() if edge.get("eps", 1) > 0},
    "training_sequences": _with_statistics(numbers(2, 3, 4)),
    "training_volumes": _with_statistics(numbers(2, 3, 2, 1, 3)),
    "training_neither": _with_statistics(numbers(4, 3, 2), **_NO_PARAMETERS),
    "training_without_statistics": _with_statistics(numbers(4, 3, 2), **_NO_STATISTICS),
    "one_image": _with_statistics(numbers(1, 3, 2, 2)),
    "momentum_0": _with_statistics(_VECTORS, momentum=0.0),
    "momentum_1": _with_statistics(_VECTORS, momentum=1.0),
    "momentum_above_1": _with_statistics(_VECTORS, momentum=2.5),
    "momentum_negative": _with_statistics(_VECTORS, momentum=-1.0),
    "evaluation_sequences": _with_statistics(numbers(2, 3, 4), training=False),
    "evaluation_neither": _with_statistics(numbers(4, 3, 2), training=False, **_NO_PARAMETERS),
    "evaluation_large_eps": _with_statistics(numbers(4, 3, 2), training=False, eps=10.0),
    "evaluation_no_eps": _with_statistics(numbers(4, 3, 2), training=False, eps=0.0),
    "evaluation_momentum_1": _with_statistics(numbers(4, 3, 2), training=False, momentum=1.0),
    "evaluation_dead_channel": _with_statistics(numbers(4, 3, 2), training=False, running_mean=np.array([0.0, 0.5, 0.0]), running_var=np.array([0.0, 1.0, 1e-8])),
    "evaluation_beside_the_mean": _with_statistics(1e3 + 1e-3 * _VECTORS, training=False, running_mean=np.full(3, 1e3), running_var=np.array([1e-6, 1.0, 1e-2])),
    "evaluation_large_values": {**_with_statistics(_VECTORS, training=False), "x": Recipe((4, 3, 5), "large")},
    "evaluation_huge_values": {**_with_statistics(_VECTORS, training=False), "x": Recipe((4, 3, 5), "huge")},
    "pixels_of_digits": {"x": Recipe((8, 784), "mnist"), "training": True, "running_mean": Recipe((784,)), "running_var": Recipe((784,), "positive")},
    "digits": {"x": Recipe((8, 1, 28, 28), "mnist"), "weight": Recipe((1,)), "bias": Recipe((1,)), "training": True},
    "large_batch": {"x": Recipe((4099, 3)), "training": True, "weight": Recipe((3,)), "bias": Recipe((3,))},
    "long_channel": {
        "x": Recipe((10, 1, 100, 101), "positive"), "training": True, "weight": Recipe((1,)), "bias": Recipe((1,)),
        "running_mean": Recipe((1,)), "running_var": Recipe((1,), "positive"),
    },
}  # fmt: skip
