"""batch_norm in torch: the layer itself, with the running statistics among its results, and its classic mistakes."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from layerproof_conformance.layers._normalization import Grouping
from layerproof_conformance.layers._normalization_mistakes import Norm, mistakes_of
from layerproof_conformance.types.mistake import Mistake


def grouping(arguments: Mapping[str, Any]) -> Grouping:
    """Samples, channels, positions."""
    N, C, *positions = arguments["x"].shape
    return Grouping((N, C, math.prod(positions)), (0, 2), (0, 2))


def call(torch: Any, x: Any, running_mean: Any, running_var: Any, **rest: Any) -> Any:
    """The running statistics are outputs, not updated in place."""
    new = [None if value is None else value.clone() for value in (running_mean, running_var)]
    return torch.nn.functional.batch_norm(x, *new, **rest), *new


def _call(torch: Any, a: Mapping[str, Any], **changed: Any) -> Any:
    return call(torch, **{**a, **changed})


def _in_training(a: Mapping[str, Any]) -> Grouping:
    assert a["training"]
    return grouping(a)


def _after(a: Mapping[str, Any], output: Any, correction: int = 1, reverse: bool = False) -> Any:
    """The output and the running statistics after a step of training."""
    axes, old = _in_training(a), (a["running_mean"], a["running_var"])
    if old[0] is None or axes.count == 0:
        return output, *old
    x = a["x"].detach().reshape(axes.shape)
    now = x.mean(axes.statistics), x.var(axes.statistics, correction=correction)
    momentum = 1 - a["momentum"] if reverse else a["momentum"]
    return output, *((1 - momentum) * before + momentum * value for before, value in zip(old, now, strict=True))


def _over(a: Mapping[str, Any], *axes: int) -> Grouping:
    """Statistics over other axes of samples, channels, positions."""
    return Grouping(_in_training(a).shape, axes, ())


def _of_batch_in_evaluation(torch: Any, a: Mapping[str, Any], updated: bool, constant: bool) -> Any:
    """The statistics of the batch in evaluation; the gradient may take them for ``constant``."""
    assert not a["training"]
    output, *new = _call(torch, a, training=True)
    if constant and grouping(a).count:
        x = a["x"].detach().transpose(0, 1).flatten(1)
        output = _call(torch, a, running_mean=x.mean(1), running_var=x.var(1, correction=0))[0]
    return output, *(new if updated else (a["running_mean"], a["running_var"]))


def _evaluation_with(torch: Any, a: Mapping[str, Any], variance: Any) -> Any:
    """Evaluation with another number for running_var + eps."""
    assert not a["training"]
    return _call(torch, a, running_var=variance, eps=0.0)[0], a["running_mean"], a["running_var"]


def _updated_in_evaluation(torch: Any, a: Mapping[str, Any]) -> Any:
    assert not a["training"]
    return _call(torch, a)[0], *_call(torch, a, training=True)[1:]


def _evaluated_gradient(a: Mapping[str, Any], g: Any) -> dict[str, Any]:
    """In evaluation, the gradient of training with the running statistics."""
    assert not a["training"]
    axes = grouping(a)
    scale = (axes.parameter(a["running_var"], 1.0) + a["eps"]) ** -0.5
    normalized = (a["x"].reshape(axes.shape) - axes.parameter(a["running_mean"], 0.0)) * scale
    grad = g.reshape(axes.shape) * axes.parameter(a["weight"], 1.0)
    means = [value.mean(axes.statistics, keepdim=True) for value in (grad, grad * normalized)]
    return {"x": ((grad - means[0] - normalized * means[1]) * scale).reshape(g.shape)}


def _forward(says: str, wrong: Callable[..., Any]) -> Mistake:
    """Another layer ``wrong(torch, a)``."""
    return Mistake(says, lambda torch, **a: wrong(torch, a))


_NORM = Norm(_in_training, complete=_after)
MISTAKES = (
    *mistakes_of(_NORM),
    _forward("the running variance is biased (divided by n, not n - 1)", lambda torch, a: _after(a, _call(torch, a)[0], correction=0)),
    _forward("momentum is the weight of the old statistics, not of the new ones", lambda torch, a: _after(a, _call(torch, a)[0], reverse=True)),
    _forward("the running statistics are not updated in training", lambda torch, a: (_after(a, _call(torch, a)[0])[0], a["running_mean"], a["running_var"])),
    *_NORM.mistake("the running statistics are used in training", statistics=lambda a: (a["running_mean"], a["running_var"])),
    _forward("eps is left out in evaluation", lambda torch, a: _evaluation_with(torch, a, a["running_var"])),
    _forward("eps is added to the root in evaluation, not under it", lambda torch, a: _evaluation_with(torch, a, (a["running_var"] ** 0.5 + a["eps"]) ** 2)),
    _forward("the running variance is taken for a standard deviation", lambda torch, a: _evaluation_with(torch, a, (a["running_var"] + a["eps"]) ** 2)),
    *(
        _forward(says, lambda torch, a, updated=updated, constant=constant: _of_batch_in_evaluation(torch, a, updated, constant))
        for says, updated in (("the statistics of the batch are used in evaluation", False), ("evaluation does what training does", True))
        for constant in (False, True)
    ),
    _forward("the running statistics are updated in evaluation too", _updated_in_evaluation),
    Mistake("the gradient in evaluation has the terms through mean and variance", backward=lambda torch, a, g, right: _evaluated_gradient(a, g)),
    _NORM.over_other_axes("normalises each channel of each sample by itself", lambda a: _over(a, 2)),
    _NORM.over_other_axes("normalises over the batch only, each position by itself", lambda a: _over(a, 0)),
    _NORM.over_other_axes("normalises over channels and positions, each sample by itself", lambda a: _over(a, 1, 2)),
    _NORM.over_other_axes("normalises over the whole array, not channel by channel", lambda a: _over(a, 0, 1, 2)),
)  # fmt: skip
