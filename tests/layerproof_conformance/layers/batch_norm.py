"""What the judge knows about batch_norm: in training the norms' algorithm over batch and positions, in evaluation an affine map."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _normalization as norms
from layerproof_conformance.layers import _normalization_cases as cases
from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._normalization import Arguments, Grouping, Traced
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_of
from layerproof_conformance.layers._smooth import given
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "training": (True, False),
    "momentum": (0.1, 0.0, 1.0, 0.5, -0.5, 3),
    "eps": (1e-5, 1e-3, 0.1, 1e-12),
}
PIECE = 2**16
"""Values that are traced at once, so that all intermediate results stay in the processor's cache, which is faster."""
_RUNNING = ("running_mean", "running_var")


def grouping(arguments: Arguments) -> Grouping:
    """Samples, channels, positions."""
    N, C, *positions = arguments["x"].shape
    return Grouping((N, C, math.prod(positions)), (0, 2), (0, 2))


def call(torch: Any, x: Any, running_mean: Any, running_var: Any, **rest: Any) -> Any:
    """The running statistics are outputs, not updated in place."""
    new = [None if value is None else value.clone() for value in (running_mean, running_var)]
    return torch.nn.functional.batch_norm(x, *new, **rest), *new


def trace(arithmetic: Arithmetic, arguments: Arguments, grad_output: Any) -> Traced:
    """Piece by piece, of some channels each."""
    x = arguments["x"]
    if x.size <= PIECE:
        return _traced(arithmetic, arguments, grad_output)
    width = max(1, PIECE * x.shape[1] // x.size)
    pieces = []
    for start in range(0, x.shape[1], width):
        part = slice(start, start + width)
        of_channels = {
            name: None if arguments[name] is None else arguments[name][part] for name in ("weight", "bias", *_RUNNING)
        }
        pieces.append(_traced(arithmetic, {**arguments, **of_channels, "x": x[:, part]}, grad_output[:, part]))
    return {
        name: [TracedValue.joined(parts, 1 if name in ("output", "grad_x") else 0) for parts in candidates]
        for name in pieces[0]
        for candidates in (zip(*(piece[name] for piece in pieces), strict=True),)
    }


def _traced(arithmetic: Arithmetic, arguments: Arguments, grad_output: Any) -> Traced:
    if arguments["training"]:
        # the weight of a channel can also be multiplied last
        traced = norms.trace(
            arithmetic, arguments, grad_output, grouping(arguments), arguments["eps"], weight_last=True
        )
    else:
        traced = _evaluated(arithmetic, arguments, grad_output)
    return traced if arguments["running_mean"] is None else {**traced, **_running(arithmetic, arguments)}


def _evaluated(arithmetic: Arithmetic, arguments: Arguments, grad_output: Any) -> Traced:
    """The running statistics are given, so they neither have errors nor depend on x."""
    axes = grouping(arguments)
    x, gradient = (arithmetic.exact(value.reshape(axes.shape)) for value in (arguments["x"], grad_output))
    mean, variance = (arithmetic.exact(axes.parameter(arguments[name], 0.0)) for name in _RUNNING)
    scale, weight = norms.inverse_root(variance, arguments["eps"]), axes.parameter(arguments["weight"], 1.0)
    products, total = norms.moments(x, gradient, axes)
    by_position = [gradient * norms.shifted_and_scaled(x, mean, scale), (products - mean * total) * scale]
    grads = norms.parameter_gradients(gradient, by_position, axes)
    grads["grad_x"] = [gradient * (scale * weight), gradient * weight * scale, gradient * scale * weight]
    return norms.shaped({"output": norms.outputs(arguments, axes, x, mean, scale), **grads}, arguments)


def _running(arithmetic: Arithmetic, arguments: Arguments) -> Traced:
    """The running statistics after the step: a weighted mean, or the old value and a part of the difference."""
    axes = grouping(arguments)
    old = [arithmetic.exact(arguments[name]) for name in _RUNNING]
    if not arguments["training"] or axes.count == 0:
        return {"new_running_mean": [old[0]], "new_running_var": [old[1]]}
    x = arithmetic.exact(arguments["x"].reshape(axes.shape))
    mean = norms.running_mean(x, axes)
    deviation = x - mean
    squares = (deviation * deviation).sum(axes.statistics, keepdims=True)
    unbiased, momentum = squares * (1.0 / given(arithmetic, axes.count - 1)), given(arithmetic, arguments["momentum"])
    traced = {}
    for name, before, value in zip(_RUNNING, old, (mean, unbiased), strict=True):
        now = value.reshape(before.value.shape)
        traced[f"new_{name}"] = [before * (1.0 - momentum) + now * momentum, before + (now - before) * momentum]
    return traced


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


def judged(arguments: Arguments, grad_output: Any) -> dict[str, Any]:
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
    parameters = {"weight": numbers(count), "bias": numbers(count) + 1}
    statistics = {"running_mean": numbers(count) - 0.5, "running_var": 0.25 + numbers(count) ** 2}
    return {"x": x, **parameters, **statistics, "training": training, **changed}


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


def _in_training(a: Arguments) -> Grouping:
    assert a["training"]
    return grouping(a)


def _in_evaluation(a: Arguments) -> Grouping:
    assert not a["training"]
    return grouping(a)


def _over(*axes: int) -> Callable[[Arguments], Grouping]:
    """Statistics over other axes of samples, channels, positions."""
    return lambda a: Grouping(_in_training(a).shape, axes, ())


def _given(a: Arguments) -> tuple[Any, Any]:
    return a["running_mean"], a["running_var"]


def _after(a: Arguments, output: Any, correction: int = 1) -> Any:
    """The output and the running statistics after a step of training."""
    axes, old = _in_training(a), _given(a)
    if old[0] is None or axes.count == 0:
        return output, *old
    x = a["x"].detach().reshape(axes.shape)
    now = x.mean(axes.statistics), x.var(axes.statistics, correction=correction)
    return output, *(
        (1 - a["momentum"]) * before + a["momentum"] * value for before, value in zip(old, now, strict=True)
    )


def _of_batch_in_evaluation(torch: Any, a: Arguments, constant: bool) -> Any:
    """Evaluation as training; the gradient may take the statistics for ``constant``."""
    output, *new = call(torch, **{**a, "training": True})
    if constant and grouping(a).count:
        x = a["x"].detach().transpose(0, 1).flatten(1)
        output = call(torch, **{**a, "running_mean": x.mean(1), "running_var": x.var(1, correction=0)})[0]
    return output, *new


def _forward(says: str, groups: Callable[[Arguments], Grouping], wrong: Callable[..., Any]) -> Mistake:
    """Another layer ``wrong(torch, a)``; ``groups`` fails in the mode in which the mistake does not show."""
    return Mistake(says, lambda torch, **a: groups(a) and wrong(torch, a))


def _of_variance(says: str, variance: Callable[[Arguments], Any]) -> Mistake:
    """Evaluation with another number for running_var + eps."""
    return _forward(
        says,
        _in_evaluation,
        lambda torch, a: (call(torch, **{**a, "running_var": variance(a), "eps": 0.0})[0], *_given(a)),
    )


_NORM = Norm(_in_training, complete=_after)
MISTAKES = (
    *mistakes_of(_NORM),
    _forward("the running variance is biased (divided by n, not n - 1)", _in_training, lambda torch, a: _after(a, call(torch, **a)[0], correction=0)),
    _forward("momentum is the weight of the old statistics, not of the new ones", _in_training, lambda torch, a: (
        _after({**a, "momentum": 1 - a["momentum"]}, call(torch, **a)[0]))),
    _forward("the running statistics are not updated in training", _in_training, lambda torch, a: (call(torch, **a)[0], *_given(a))),
    *_NORM.mistake("the running statistics are used in training", statistics=_given),
    _of_variance("eps is left out in evaluation", lambda a: a["running_var"]),
    _of_variance("eps is added to the root in evaluation, not under it", lambda a: (a["running_var"] ** 0.5 + a["eps"]) ** 2),
    _of_variance("the running variance is taken for a standard deviation", lambda a: (a["running_var"] + a["eps"]) ** 2),
    *(_forward("the statistics of the batch are used in evaluation", _in_evaluation, lambda torch, a, constant=constant: (
        _of_batch_in_evaluation(torch, a, constant)[0], *_given(a))) for constant in (False, True)),
    *(_forward("evaluation does what training does", _in_evaluation, lambda torch, a, constant=constant: (
        _of_batch_in_evaluation(torch, a, constant))) for constant in (False, True)),
    _forward("the running statistics are updated in evaluation too", _in_evaluation, lambda torch, a: (
        call(torch, **a)[0], *call(torch, **{**a, "training": True})[1:])),
    Norm(_in_evaluation).mistake_in_grad_x("the gradient in evaluation has the terms through mean and variance", statistics=_given),
    _NORM.over_other_axes("normalises each channel of each sample by itself", _over(2)),
    _NORM.over_other_axes("normalises over the batch only, each position by itself", _over(0)),
    _NORM.over_other_axes("normalises over channels and positions, each sample by itself", _over(1, 2)),
    _NORM.over_other_axes("normalises over the whole array, not channel by channel", _over(0, 1, 2)),
)  # fmt: skip
