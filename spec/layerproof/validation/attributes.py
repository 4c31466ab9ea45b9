"""Statements that check an attribute."""

import math
from collections.abc import Iterator

from layerproof.roles import Argument, Kind


def attribute_statements(argument: Argument, spatial: tuple[str, ...]) -> Iterator[str]:
    """The lines that check one attribute; ``spatial`` are the axes along which windows move."""
    lines = _statements(argument, spatial)
    if not argument.optional:
        yield from lines
        return
    yield f"if {argument.name} is not None:"
    yield from (f"    {line}" for line in lines)


def _statements(argument: Argument, spatial: tuple[str, ...]) -> Iterator[str]:
    name, kind = argument.name, argument.kind
    if kind == Kind.WINDOW:
        yield from _window(name, argument.minimum or 0, spatial)
    elif kind == Kind.INT:
        yield f"if type({name}) is not int: raise refusals.integer({name!r}, {name})"
        if argument.minimum is not None:
            yield f"if {name} < {argument.minimum}: raise refusals.too_small({name!r}, {name}, {argument.minimum})"
    elif kind == Kind.FLOAT:
        yield from _float(argument)
    elif kind == Kind.BOOL:
        yield f"if type({name}) is not bool: raise refusals.boolean({name!r}, {name})"
    elif kind == Kind.CHOICE:
        yield f"if {name} not in {argument.choices!r}: raise refusals.choice({name!r}, {name}, {argument.choices!r})"
    elif kind == Kind.AXIS:
        yield f"if type({name}) is not int: raise refusals.integer({name!r}, {name})"
        yield f"if not -({argument.of}.ndim or 1) <= {name} < ({argument.of}.ndim or 1):"
        yield f"    raise refusals.axis({name!r}, {name}, {argument.of}.ndim)"
    elif kind == Kind.LENGTHS:
        yield f"if type({name}) is not tuple or not {name} or any(type(length) is not int for length in {name}):"
        yield f"    raise refusals.lengths({name!r}, {name})"


def _window(name: str, minimum: int, spatial: tuple[str, ...]) -> Iterator[str]:
    if not spatial or "..." in spatial:
        raise ValueError(f"{name}: a window needs an array with a fixed number of axes behind N and C")
    places = [f"{name}[{place}]" for place in range(len(spatial))]
    wrong_types = " or ".join(f"type({place}) is not int" for place in places)
    yield f"if type({name}) is not tuple or len({name}) != {len(places)} or {wrong_types}:"
    yield f"    raise refusals.window({name!r}, {name}, {spatial!r})"
    yield f"if {' or '.join(f'{place} < {minimum}' for place in places)}:"
    yield f"    raise refusals.window_too_small({name!r}, {name}, {minimum})"


def _float(argument: Argument) -> Iterator[str]:
    name, array = argument.name, argument.of
    yield f"if type({name}) not in (int, float) or not -inf < {name} < inf: raise refusals.number({name!r}, {name})"
    if argument.minimum is not None or argument.maximum is not None:
        minimum = -math.inf if argument.minimum is None else argument.minimum
        maximum = math.inf if argument.maximum is None else argument.maximum
        yield f"if not {minimum} <= {name} <= {maximum}:"
        yield f"    raise refusals.out_of_range({name!r}, {name}, {minimum}, {maximum})"
    if array:
        yield f"if abs({name}) > LARGEST[{array}.dtype]:"
        yield f"    raise refusals.beyond_dtype({name!r}, {name}, {array!r}, {array}.dtype, LARGEST[{array}.dtype])"
