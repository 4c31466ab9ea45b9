"""What the judge's files on losses with one value for each element share: none, mean or sum of them, traced."""

from collections.abc import Callable
from typing import Any

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


def reduced_by_torch(loss: Any, reduction: str) -> Any:
    """None, mean or sum of the losses in a tensor."""
    return {"none": lambda: loss, "sum": loss.sum, "mean": loss.mean}[reduction]()


def mistakes_by_rows(call: Callable[..., Any]) -> tuple[Mistake, Mistake]:
    """The mean of all elements, or its gradient, divides by the number of rows."""

    def forward(torch: Any, **a: Any) -> Any:
        assert a["reduction"] == "mean"
        return call(torch, **{**a, "reduction": "sum"}) / len(a["x"])

    def backward(torch: Any, a: Any, g: Any, right: Any) -> dict[str, Any]:
        assert a["reduction"] == "mean"
        return {name: value * a["x"].numel() / len(a["x"]) for name, value in right.items()}

    return (
        Mistake("the mean divides by the number of rows, not of elements", forward),
        Mistake("the gradient is divided by the number of rows, not of elements", backward=backward),
    )
