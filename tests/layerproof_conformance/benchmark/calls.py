"""What a contestant of the benchmark offers to be timed."""

from collections.abc import Callable
from typing import Any, Protocol

Result = tuple[Any, ...]
Call = Callable[[int], Result]
"""Runs a variant and returns its results: those of forward or of backward, or the parameters after a step."""


class Contestant(Protocol):
    """What can be timed."""

    def layer(self, task: Any) -> tuple[Call, Call]:
        """Forward and backward of a layer."""
        ...

    def step(self, task: Any) -> Call:
        """A training step of a network."""
        ...
