"""A classic way of getting a layer wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A classic way of getting a layer wrong, as a small variant of the oracle.

    ``forward`` computes the wrong output with torch (its gradients follow by autograd); ``backward`` takes the
    arguments, grad_output and the right gradients by name, and returns those that the mistake changes.
    """

    says: str
    forward: Callable[..., Any] | None = None
    backward: Callable[..., Mapping[str, Any]] | None = None
