"""Statements that check arrays: type, dtype and shape, where equal words of the symbolic shapes are equal lengths."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from layerproof.roles import ANY_AXES, LISTED, Argument, Role

DIVIDED = "/"
"""Stands between the name of a length and the attribute that divides it."""


@dataclass(frozen=True)
class Length:
    """An expression for a length, or for the lengths of several axes, and the array in which they stand first."""

    array: str
    expression: str


@dataclass(frozen=True)
class Relation:
    """What the axes of an array at ``place`` must be.

    ``differs`` is an expression that is true where they are not, ``expected`` one for the tuple of their lengths,
    ``because`` the inside of an f-string that says why. ``first`` is a statement that has to come before.
    """

    place: str
    differs: str
    expected: str
    because: str
    first: str = ""


@dataclass
class ArrayStatements:
    """Makes the statements for a layer's arrays in order, and remembers in which array each length stands first."""

    lengths: dict[str, Length] = field(default_factory=dict)
    float_array: str = ""
    """The first floating-point array, whose dtype the others have."""

    def of(self, argument: Argument) -> Iterator[str]:
        """The lines that check one array, which stand behind those of the arrays before it."""
        lines = list(self._mask(argument) if argument.role == Role.MASK else self._array(argument))
        if argument.role == Role.ARRAY and not self.float_array:
            self.float_array = argument.name
        if argument.optional:
            yield f"if {argument.name} is not None:"
            lines = [f"    {line}" for line in lines]
        yield from lines

    def range_of(self, argument: Argument) -> Iterator[str]:
        """The lines that check that every index is the number of a row or class."""
        name, exception, length = argument.name, argument.exception, self.lengths[argument.below]
        given = f"{name} is not None and {name}.size" if argument.optional else f"{name}.size"
        # without their sign the numbers below 0 are the largest: one look instead of two
        yield f"if {given} and {name}.view(uint64).max() >= {length.expression}:"
        values = f"{exception!r}, {exception}" if exception else "'', None"
        limit = f"{length.expression}, {argument.below!r}, {length.array!r}"
        yield f"    refusals.check_indices({name!r}, {name}, {limit}, {values})"

    def _array(self, argument: Argument) -> Iterator[str]:
        name, shape = argument.name, argument.shape_text
        yield f"if not isinstance({name}, ndarray): raise refusals.array({name!r}, {name})"
        if argument.role == Role.INDEX:
            yield f"if {name}.dtype != int64: raise refusals.dtype({name!r}, {name}.dtype, 'int64')"
        else:
            yield from self._float_dtype(name)
        any_axes = sum(_is_wide(word) for word in argument.axes)
        fixed = len(argument.axes) - any_axes
        if fixed or not any_axes:
            at_least = "at least " if any_axes else ""
            yield f"if {name}.ndim {'<' if any_axes else '!='} {fixed}:"
            yield f"    raise refusals.ndim({name!r}, {name}.ndim, {f'{at_least}{fixed} {shape}'!r})"
        if argument.positive:
            places = {place: word for place, word in _places(argument) if word in argument.positive}
            yield f"if 0 in {name}.shape: refusals.check_positive({name!r}, {name}.shape, {places!r}, {shape!r})"
        relations = list(self._relations(argument))
        yield from (relation.first for relation in relations if relation.first)
        if relations:
            yield f"if {' or '.join(relation.differs for relation in relations)}:"
            expected = ", ".join(f"({relation.place}, {relation.expected})" for relation in relations)
            because = ", ".join(dict.fromkeys(relation.because for relation in relations))
            yield f'    raise refusals.shape({name!r}, {name}.shape, [{expected}], {shape!r}, f"{because}")'

    def _float_dtype(self, name: str) -> Iterator[str]:
        first = self.float_array
        if first:
            yield f"if {name}.dtype is not {first}.dtype and {name}.dtype != {first}.dtype:"
            yield f"    raise refusals.other_dtype({name!r}, {name}.dtype, {first!r}, {first}.dtype)"
        else:
            yield f"if {name}.dtype not in floats: raise refusals.dtype({name!r}, {name}.dtype, 'float32 or float64')"

    def _mask(self, argument: Argument) -> Iterator[str]:
        name, first = argument.name, self.float_array
        yield f"if not isinstance({name}, ndarray): raise refusals.array({name!r}, {name}, {argument.optional})"
        yield f"if {name}.dtype != bool_dtype and {name}.dtype != {first}.dtype:"
        yield f"    raise refusals.mask_dtype({name!r}, {name}.dtype, {first!r}, {first}.dtype)"
        full = " + ".join(relation.expected for relation in self._relations(argument))
        yield f"refusals.check_broadcast({name!r}, {name}.shape, {full}, {argument.shape_text!r})"

    def _relations(self, argument: Argument) -> Iterator[Relation]:
        """What the axes of an array have to do with the arrays before it; lengths that are new are remembered."""
        for place, word in _places(argument):
            axes = f"{argument.name}.shape[{place}]"
            name, _, divisor = word.partition(DIVIDED)
            if word.startswith(LISTED):
                yield self._listed(argument, word.removeprefix(LISTED))
            elif name in self.lengths:
                yield _equal(place, axes, name, self.lengths[name], divisor)
            elif not argument.optional:
                self.lengths[name] = Length(argument.name, f"{axes} * {divisor}" if divisor else axes)

    @staticmethod
    def _listed(argument: Argument, attribute: str) -> Relation:
        start = f"-len({attribute})" if ANY_AXES in argument.axes else str(len(argument.axes) - 1)
        differs = f"{argument.name}.shape[{start}:] != {attribute}"
        return Relation(f"slice({start}, None)", differs, attribute, f"{attribute}={{{attribute}}}")


def _equal(place: str, axes: str, word: str, length: Length, divisor: str) -> Relation:
    """The axes have a length that is known, or that length divided by an attribute."""
    because = f"{word}={{{length.expression}}} of `{length.array}`"
    if word == ANY_AXES:
        start, _, end = place.partition(":")
        return Relation(f"slice({start}, {end or None})", f"{axes} != {length.expression}", length.expression, because)
    stop = int(place) + 1 or None
    if not divisor:
        expected = f"({length.expression},)"
        return Relation(f"slice({place}, {stop})", f"{axes} != {length.expression}", expected, because)
    quotient = f"{length.expression} // {divisor}"
    refuse = f"refusals.indivisible({length.expression}, {word!r}, {length.array!r}, {divisor}, {divisor!r})"
    return Relation(
        f"slice({place}, {stop})",
        f"{axes} != {quotient}",
        f"({quotient},)",
        f"{because} and {divisor}={{{divisor}}}",
        f"if {length.expression} % {divisor}: raise {refuse}",
    )


def _places(argument: Argument) -> list[tuple[str, str]]:
    """The index of each word of a symbolic shape, or the slice of its axes, as text."""
    axes = argument.axes
    wide = next((number for number, word in enumerate(axes) if _is_wide(word)), len(axes))
    behind = len(axes) - 1 - wide
    places = [(str(number), word) for number, word in enumerate(axes[:wide])]
    places += [(f"{wide}:{-behind or ''}", word) for word in axes[wide : wide + 1]]
    return places + [(str(number - behind), word) for number, word in enumerate(axes[wide + 1 :])]


def _is_wide(word: str) -> bool:
    return word == ANY_AXES or word.startswith(LISTED)
