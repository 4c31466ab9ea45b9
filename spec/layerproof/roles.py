"""What each argument of a layer is: an array with a symbolic shape, an index, a mask, a generator or an attribute.

A specification says it in one line for each argument that is no attribute:

    "N C H W"            a floating-point array; every word is an axis, equal words are equal lengths
    "O C/groups kH kW"   a length may be another one divided by an attribute
    "O?"                 the argument may be None
    "... in", "N C ..."  any axes, also none, in front of or behind the others
    "*normalized_shape"  the axes that an attribute lists
    "index N"            int64, numbers of rows or classes
    "mask ... L S?"      bool or floating point, broadcast to this shape
    "generator"          a numpy.random.Generator
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an argument is."""

    ARRAY = "array"
    INDEX = "index"
    MASK = "mask"
    GENERATOR = "generator"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True)
class Argument:
    """One forward argument: its role, the names of its axes if it is an array, and whether it may be None."""

    name: str
    role: Role
    axes: tuple[str, ...] = ()
    optional: bool = False

    @classmethod
    def parse(cls, name: str, text: str | None) -> "Argument":
        """Read what a specification says of an argument; None is an attribute."""
        if text is None:
            return cls(name, Role.ATTRIBUTE)
        words = text.removesuffix("?").split()
        role = Role(words.pop(0)) if words and words[0] in (Role.INDEX, Role.MASK, Role.GENERATOR) else Role.ARRAY
        return cls(name, role, tuple(words), text.endswith("?"))

    @property
    def is_array(self) -> bool:
        """Whether it is an array of whatever kind."""
        return self.role in (Role.ARRAY, Role.INDEX, Role.MASK)


def read_roles(names: tuple[str, ...], texts: Mapping[str, str]) -> dict[str, Argument]:
    """The role of each forward argument, in order."""
    return {name: Argument.parse(name, texts.get(name)) for name in names}
