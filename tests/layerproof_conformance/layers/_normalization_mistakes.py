"""The classic mistakes that the norms have in common, as variants of one textbook algorithm in torch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from layerproof_conformance.layers._mistakes import gradient_changed
from layerproof_conformance.layers._normalization import Arguments, Grouping
from layerproof_conformance.types.mistake import Mistake

Statistics = Callable[[Arguments], tuple[Any, Any]]


@dataclass(frozen=True)
class Norm:
    """A norm of which one thing can be changed.

    ``grouping`` fails for arguments for which there is no such mistake. ``complete`` adds to the output what else the layer returns.
    """

    grouping: Callable[[Arguments], Grouping]
    eps: Callable[[Arguments], float] = lambda a: float(a["eps"])
    centred: bool = True
    complete: Callable[[Arguments, Any], Any] = lambda a, output: output

    def forward(self, a: Arguments, grouping: Grouping | None = None, by_hand: bool = False, **changed: Any) -> Any:
        """What the layer returns if ``changed`` holds for its normalisation; ``grouping`` is one that is wrong.

        The gradient is that of this wrong layer or, ``by_hand``, that of the usual formula with its wrong numbers.
        """
        right = self.grouping(a)
        used = grouping or right
        normalized, factor = self.normalized(a, used, **changed)
        if by_hand:
            x, value, factor = a["x"].reshape(used.shape), normalized.detach(), factor.detach()
            linear = x - value * (value * x).mean(used.statistics, keepdim=True)
            if self.centred:
                linear = linear - x.mean(used.statistics, keepdim=True)
            normalized = value + factor * (linear - linear.detach())
        weight, bias = right.parameter(a["weight"], 1.0), right.parameter(a.get("bias"), 0.0)
        return self.complete(a, (normalized.reshape(right.shape) * weight + bias).reshape(a["x"].shape))

    def mistake(self, says: str, **changed: Any) -> tuple[Mistake, Mistake]:
        """A mistake of the normalisation, with either gradient."""
        return (
            Mistake(says, forward=lambda torch, **a: self.forward(a, **changed)),
            Mistake(says, forward=lambda torch, **a: self.forward(a, by_hand=True, **changed)),
        )

    def normalized(
        self,
        a: Arguments,
        grouping: Grouping,
        centred: bool | None = None,
        correction: int = 0,
        scale: Callable[[Any, float], Any] = lambda variance, eps: (variance + eps) ** -0.5,
        statistics: Statistics | None = None,
    ) -> tuple[Any, Any]:
        """x^ in the shape of the grouping, and what x - mean was multiplied by; ``statistics`` gives others than those of x."""
        x = a["x"].reshape(grouping.shape)
        if statistics is not None:
            mean, variance = (grouping.parameter(value, 0.0) for value in statistics(a))
            x = x - mean
        else:
            if self.centred if centred is None else centred:
                x = x - x.mean(grouping.statistics, keepdim=True)
            variance = (x * x).sum(grouping.statistics, keepdim=True) / (grouping.count - correction)
        factor = scale(variance, self.eps(a))
        return x * factor, factor

    def grad_x(
        self,
        a: Arguments,
        grad: Any,
        mean_term: bool = True,
        variance_term: bool = True,
        divisor: int | None = None,
        weight_last: bool = False,
        statistics: Statistics | None = None,
    ) -> dict[str, Any]:
        """grad_x without some of its terms, with other divisors of means or statistics, or with weight in another place."""
        grouping = self.grouping(a)
        normalized, factor = self.normalized(a, grouping, statistics=statistics)
        weight = grouping.parameter(a["weight"], 1.0)
        grad = grad.reshape(grouping.shape) * (1.0 if weight_last else weight)

        def mean(value: Any) -> Any:
            return value.sum(grouping.statistics, keepdim=True) / (divisor or grouping.count)

        inner = grad - (mean(grad) if mean_term and self.centred else 0.0)
        if variance_term:
            inner = inner - normalized * mean(grad * normalized)
        return {"x": (inner * factor * (weight if weight_last else 1.0)).reshape(a["x"].shape)}

    def mistake_in_grad_x(self, says: str, **changed: Any) -> Mistake:
        """A mistake that ``grad_x`` can make."""
        return Mistake(says, backward=lambda torch, a, g, right: self.grad_x(a, g, **changed))

    def mistake_in_grad_weight(self, says: str, values: Callable[[Any, Any, Any], Any]) -> Mistake:
        """grad_weight with something else than x^; ``values`` takes x, x^ and the axes of the statistics."""

        def backward(torch: Any, a: Arguments, g: Any, right: Any) -> Arguments:
            grouping = self.grouping(a)
            normalized, _ = self.normalized(a, grouping)
            factors = values(a["x"].reshape(grouping.shape), normalized, grouping.statistics)
            products = g.reshape(grouping.shape) * factors
            return {"weight": products.sum(grouping.parameters).reshape(a["weight"].shape)}

        return Mistake(says, backward=backward)

    def over_other_axes(self, says: str, grouping_of: Callable[[Arguments], Grouping]) -> Mistake:
        """Statistics over other groups."""
        return Mistake(says, lambda torch, **a: self.forward(a, grouping_of(a)))


def mistakes_of(norm: Norm) -> tuple[Mistake, ...]:
    """Those that any norm can have."""
    centred = (
        *norm.mistake("the mean is not subtracted", centred=False),
        *norm.mistake("normalises with the unbiased variance (divided by n - 1)", correction=1),
        norm.mistake_in_grad_x("grad_x is grad_output * weight / sqrt(variance + eps), without the terms through mean and variance", mean_term=False, variance_term=False),
        norm.mistake_in_grad_x("grad_x lacks the term through the mean", mean_term=False),
        norm.mistake_in_grad_x("grad_x lacks the term through the variance", variance_term=False),
    )  # fmt: skip
    uncentred = (
        *norm.mistake("the mean is subtracted", centred=True),
        norm.mistake_in_grad_x("grad_x lacks the term through the root", variance_term=False),
    )
    return (
        *(centred if norm.centred else uncentred),
        *norm.mistake("eps is added to the root, not under it", scale=lambda variance, eps: 1 / (variance**0.5 + eps)),
        *norm.mistake("eps is left out", scale=lambda variance, eps: variance**-0.5),
        *norm.mistake("eps is squared", scale=lambda variance, eps: (variance + eps * eps) ** -0.5),
        *norm.mistake("eps is ignored (always 1e-05)", scale=lambda variance, eps: (variance + 1e-5) ** -0.5),
        *norm.mistake("eps is the least variance, not added to it", scale=lambda variance, eps: variance.clamp(min=eps) ** -0.5),
        *norm.mistake("divides by the variance, not by its root", scale=lambda variance, eps: 1 / (variance + eps)),
        gradient_changed("weight is not applied in grad_x", "x", weight=None),
        norm.mistake_in_grad_x("weight is multiplied into grad_x after the means, not before", weight_last=True),
        norm.mistake_in_grad_x("grad_x has sums where means belong", divisor=1),
        norm.mistake_in_grad_weight("grad_weight is the sum of grad_output * x, not normalised", lambda x, normalized, axes: x),
        norm.mistake_in_grad_weight("grad_weight is the sum of grad_output * (x - mean), not divided by the deviation",
                                    lambda x, normalized, axes: x - x.mean(axes, keepdim=True)),
        norm.mistake_in_grad_weight("grad_weight is the sum of grad_output", lambda x, normalized, axes: 1.0),
    )  # fmt: skip


def mistakes_in_axes(norm: Norm) -> tuple[Mistake, ...]:
    """Those of a norm over the last axes."""

    def over(axes: Callable[[int, int], range]) -> Callable[[Arguments], Grouping]:
        """``axes`` takes the number of all axes and of those that are normalised."""
        return lambda a: Grouping(tuple(a["x"].shape), tuple(axes(a["x"].ndim, len(a["normalized_shape"]))), ())

    return (
        norm.over_other_axes("normalises over the last axis only", over(lambda ndim, last: range(ndim - 1, ndim))),
        norm.over_other_axes("normalises over all axes but the first", over(lambda ndim, last: range(1, ndim))),
        norm.over_other_axes("normalises over the whole array", over(lambda ndim, last: range(ndim))),
        norm.over_other_axes(
            "normalises over the leading axes, as batch_norm does", over(lambda ndim, last: range(ndim - last))
        ),
    )
