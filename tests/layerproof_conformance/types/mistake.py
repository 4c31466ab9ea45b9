"""A classic way of getting a layer wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A classic way of getting a layer wrong, as a small variant of the oracle.

    ``forward`` computes the wrong output with torch (its gradients follow by autograd); ``changes`` says the same
    shortly where the layer itself computes it from other arguments: each a value, or a function of the right ones.
    ``backward`` takes the arguments, grad_output and the right gradients by name, and returns those that the mistake
    changes.
    """

    says: str
    forward: Callable[..., Any] | None = None
    backward: Callable[..., Mapping[str, Any]] | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)

    def wrong_forward(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The wrong layer, where ``call`` is the right one."""
        return self.forward or (lambda torch, **a: call(torch, **changed_arguments(a, self.changes)))


def changed_arguments(arguments: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with some of them changed, each to a value or by a function of all."""
    changed = {name: value(arguments) if callable(value) else value for name, value in changes.items()}
    return {**arguments, **changed}
