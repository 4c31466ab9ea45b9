"""What goes to a worker and what comes back: inputs only on the way there, observations only on the way back."""

from dataclasses import dataclass, field
from typing import Any, Literal

from layerproof_conformance.types.inputs import CaseInputs, GradOutput

Which = Literal["first", "second"]
"""Which inputs of a request a call was given."""
Gradient = Literal["own", "another", "zero"]
"""Which grad_output a backward was given."""


@dataclass(frozen=True)
class Request:
    """One case for a worker.

    ``second`` has other values in the same shapes, ``another`` is another grad_output for the first,
    ``other_shape_call`` has other shapes; without them the case is one forward and one backward. ``readonly`` hands
    arrays over read-only.
    """

    layer: str
    first: CaseInputs
    second: CaseInputs | None = None
    another: GradOutput | None = None
    other_shape_call: CaseInputs | None = None
    readonly: bool = True


@dataclass(frozen=True)
class Observation:
    """What one hook call returned: the arrays, or the number of an earlier observation with the same bits."""

    check: str
    which: Which
    gradient: Gradient | None
    results: tuple[Any, ...] = ()
    same_as: int | None = None
    needs_input_grad: tuple[bool, ...] = ()
    generators: dict[str, Any] = field(default_factory=dict)
    """The state in which a forward left each generator among its arguments."""


@dataclass(frozen=True)
class Violation:
    """A rule of the contract that a hook broke, as the worker saw it."""

    check: str
    message: str


Status = Literal["answered", "declined", "error"]


@dataclass
class Answer:
    """All that a worker saw of one case."""

    status: Status = "answered"
    message: str = ""
    observations: list[Observation] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Description:
    """What a worker says of the plugin that it has loaded."""

    name: str
    version: str
    layers: tuple[str, ...]
    unsupported_arguments: dict[str, tuple[str, ...]]
