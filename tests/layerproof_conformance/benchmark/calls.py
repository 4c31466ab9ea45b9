"""The calls of a contestant that the benchmark times."""

from collections.abc import Callable
from typing import Any, Protocol

Result = tuple[Any, ...]
Call = Callable[[int], Result]
"""Runs a variant and returns its results: those of forward or of backward, or the parameters after a step."""


class Contestant(Protocol):
    """A plugin, or PyTorch."""

    def layer(self, task: Any) -> tuple[Call, Call]:
        """Forward and backward of a layer."""
        ...

    def step(self, task: Any) -> Call:
        """A training step of a network."""
        ...
