"""The roles of a layer's arguments and outputs, and the notation in which a specification says them.

An argument takes one line. Of an array it gives the symbolic shape, of an attribute the values that it may have:

    "N C+ H+ W+"           a floating-point array. Every word is an axis, equal words are equal lengths, and + is a
                           length of at least 1. All floating-point arrays of a call have the same dtype.
    "O C/groups kH kW"     a length may be another one divided by an attribute
    "... in", "N C ..."    any axes, also none; they are the same wherever the dots stand again
    "*normalized_shape"    the axes that an attribute lists
    "index N < C"          an int64 array of numbers from 0 to C - 1; `or ignore_index` adds the value of an attribute
    "mask ... L S"         a bool or floating-point array that broadcasts to this shape
    "generator"            a numpy.random.Generator

    "window from 1"        an attribute: one int for each axis of the first array behind N and C
    "int", "int from 1"    an int
    "float from 0 to 1"    a finite number; `float of x` is one within the range of the dtype of x
    "bool"                 True or False
    "choice mean sum"      one of these words
    "axis of x"            an axis of x, counted from either end
    "lengths"              a tuple of ints, at least one

A question mark at the end says that the argument may be None. An output is an array in the same notation, with three
words of its own:

    "N O H' W'"            a length with a prime follows from a formula of the layer, as do the axes "...'"
    "reduced N"            this shape where reduction is "none", and 0-d otherwise
    "C? without gradient"  there is no grad_output for it
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ANY_AXES = "..."
LISTED = "*"
"""Begins a word for the axes that an attribute lists."""
OPTIONAL = "?"
POSITIVE = "+"
WITHOUT_GRADIENT = " without gradient"
REDUCED = "reduced "
PRIME = "'"
"""Ends the name of a length that follows from a formula of the layer, its function ``output_size``."""


class Role(StrEnum):
    """What an argument is."""

    ARRAY = "array"
    INDEX = "index"
    MASK = "mask"
    GENERATOR = "generator"
    ATTRIBUTE = "attribute"


class Kind(StrEnum):
    """What an attribute is."""

    WINDOW = "window"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    CHOICE = "choice"
    AXIS = "axis"
    LENGTHS = "lengths"


@dataclass(frozen=True)
class Argument:
    """One forward argument.

    Arguments:
        name: of the argument.
        role: what it is.
        axes: the names of the axes of an array.
        optional: whether it may be None.
        positive: the axes whose length is at least 1.
        below: the axis whose length an index stays below.
        exception: the attribute whose value an index may have, too.
        kind: of an attribute.
        minimum, maximum: of a number, or of each int of a window; None where there is no limit.
        choices: the words of a choice.
        of: the array in which an axis is counted, or whose dtype must hold a number.
    """

    name: str
    role: Role
    axes: tuple[str, ...] = ()
    optional: bool = False
    positive: frozenset[str] = frozenset()
    below: str = ""
    exception: str = ""
    kind: Kind | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    of: str = ""

    @classmethod
    def parse(cls, name: str, text: str) -> "Argument":
        """Read what a specification says of an argument; raises ValueError for what is not in the notation."""
        optional = text.endswith(OPTIONAL)
        first, _, rest = text.removesuffix(OPTIONAL).partition(" ")
        if first in set(Kind):
            return _attribute(name, Kind(first), rest, optional)
        if first == Role.GENERATOR:
            return cls(name, Role.GENERATOR)
        role = Role(first) if first in (Role.INDEX, Role.MASK) else Role.ARRAY
        shape, _, limit = (rest if role != Role.ARRAY else text.removesuffix(OPTIONAL)).partition(" < ")
        below, _, exception = limit.partition(" or ")
        words = shape.split()
        axes = tuple(word.removesuffix(POSITIVE) for word in words)
        positive = frozenset(word.removesuffix(POSITIVE) for word in words if word.endswith(POSITIVE))
        return cls(name, role, axes, optional, positive, below, exception)

    @property
    def is_array(self) -> bool:
        """Whether it is an array of whatever kind."""
        return self.role in (Role.ARRAY, Role.INDEX, Role.MASK)

    @property
    def shape_text(self) -> str:
        """The symbolic shape for a reader, as in ``(N, C, H, W)``."""
        return _shape_text(self.axes)


@dataclass(frozen=True)
class Output:
    """One result of forward: its symbolic shape, whether it may be None, and whether it has a gradient.

    ``reduced``: it has this shape only where the attribute reduction is "none", and is 0-d otherwise.
    """

    name: str
    axes: tuple[str, ...]
    optional: bool = False
    differentiable: bool = True
    reduced: bool = False

    @classmethod
    def parse(cls, name: str, text: str) -> "Output":
        """Read what a specification says of an output."""
        shape = text.removesuffix(WITHOUT_GRADIENT)
        axes = tuple(shape.removesuffix(OPTIONAL).removeprefix(REDUCED).split())
        return cls(name, axes, shape.endswith(OPTIONAL), shape == text, shape.startswith(REDUCED))

    @property
    def shape_text(self) -> str:
        """The symbolic shape for a reader."""
        return _shape_text(self.axes) + (' if reduction is "none", else ()' if self.reduced else "")


def read_arguments(names: tuple[str, ...], texts: Mapping[str, str]) -> dict[str, Argument]:
    """The role of each forward argument, in order; raises ValueError unless exactly these are described."""
    if set(names) != set(texts):
        raise ValueError(f"the hook has the arguments {', '.join(names)}, but described are {', '.join(texts)}")
    return {name: Argument.parse(name, texts[name]) for name in names}


def _shape_text(axes: tuple[str, ...]) -> str:
    """A shape as Python writes it, as in ``(N, C, H, W)`` and ``(O,)``."""
    is_tuple_of_one = len(axes) == 1 and not axes[0].startswith((ANY_AXES, LISTED))
    return f"({', '.join(axes)}{',' if is_tuple_of_one else ''})"


def _attribute(name: str, kind: Kind, rest: str, optional: bool) -> Argument:
    if kind == Kind.CHOICE:
        return Argument(name, Role.ATTRIBUTE, optional=optional, kind=kind, choices=tuple(rest.split()))
    match = re.fullmatch(r"(?:from (-?\d+))?(?: to (-?\d+))?(?:of (\w+))?", rest)
    if match is None:
        raise ValueError(f"{name}: {kind} {rest} is not in the notation of attributes")
    minimum, maximum = (None if number is None else int(number) for number in match.groups()[:2])
    return Argument(
        name, Role.ATTRIBUTE, optional=optional, kind=kind, minimum=minimum, maximum=maximum, of=match[3] or ""
    )
