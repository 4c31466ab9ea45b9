"""What the judge's files on losses with one value for each element share: none, mean or sum of them, traced."""

from collections.abc import Callable
from typing import Any

import numpy as np

from layerproof_conformance.oracle.traced_value import TracedValue
from layerproof_conformance.types.mistake import Mistake

REDUCTIONS = ("mean", "sum", "none")


def reduced(losses: TracedValue, reduction: str) -> TracedValue:
    """The sum in any order; where that overflows, the mean may too."""
    if reduction == "none":
        return losses
    total = losses.sum(None)
    return total / float(losses.value.size) if reduction == "mean" else total


def shared_out(slope: TracedValue, gradient: TracedValue, reduction: str) -> list[TracedValue]:
    """slope * grad_output / n, with the division in any of the three places: what underflows differs."""
    count = float(slope.value.size) if reduction == "mean" else 1.0
    return [slope * (gradient / count), (slope / count) * gradient, (slope * gradient) / count]


def numbers(*shape: int) -> Any:
    """The same normal numbers each time."""
    return np.random.default_rng(len(shape)).standard_normal(shape)


def reduction_mistakes(loss: Callable[..., Any]) -> tuple[Mistake, ...]:
    """What goes wrong around any such loss; ``loss(torch, **arguments)`` computes it."""

    def by_rows(torch: Any, **a: Any) -> Any:
        assert a["reduction"] == "mean"
        return loss(torch, **{**a, "reduction": "sum"}) / len(a["x"])

    def gradients(torch: Any, a: Any, g: Any, right: Any, **changed: Any) -> dict[str, Any]:
        found = torch.autograd.grad(loss(torch, **{**a, **changed}), [a[name] for name in right], g)
        return dict(zip(right, found, strict=True))

    def ignored(torch: Any, a: Any, g: Any, right: Any) -> dict[str, Any]:
        assert a["reduction"] != "none"
        return gradients(torch, a, torch.ones_like(g), right)

    def not_divided(torch: Any, a: Any, g: Any, right: Any) -> dict[str, Any]:
        assert a["reduction"] == "mean"
        return gradients(torch, a, g, right, reduction="sum")

    def divided_by_rows(torch: Any, a: Any, g: Any, right: Any) -> dict[str, Any]:
        assert a["reduction"] == "mean"
        return {name: value * a["x"].numel() / len(a["x"]) for name, value in right.items()}

    return (
        Mistake("sums instead of averaging", forward=lambda torch, **a: loss(torch, **{**a, "reduction": "sum"})),
        Mistake("averages instead of summing", forward=lambda torch, **a: loss(torch, **{**a, "reduction": "mean"})),
        Mistake("the mean divides by the number of rows, not of elements", forward=by_rows),
        Mistake("the gradient is not divided by the number of elements", backward=not_divided),
        Mistake("the gradient is divided by the number of rows, not of elements", backward=divided_by_rows),
        Mistake("grad_output of a mean or sum is ignored (taken as 1)", backward=ignored),
    )
