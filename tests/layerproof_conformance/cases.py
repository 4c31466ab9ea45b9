"""Make the arrays of a case; list the cases from digits, from edges written by hand, and from combinations."""

import functools
import itertools
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from layerproof_conformance.case import Case, CaseError, Recipe, array_arguments
from layerproof_conformance.choose import Choose, Rolled
from layerproof_conformance.knowledge import Knowledge, knowledge
from layerproof_conformance.layouts import LAYOUTS, Layout, settle
from layerproof_conformance.mnist import captured
from layerproof_conformance.oracle import Oracle, output_shape
from layerproof_conformance.problem import Problem
from layerproof_conformance.saved_call import SOURCE, read_call
from layerproof_conformance.values import generator, make

Variant = Literal["first", "second", "another"]
"""The problem itself; other values in its shapes; its own inputs with another grad_output."""
ATTEMPTS = 30


def build(case: Case, variant: Variant = "first") -> Problem:
    """Make the arrays of a case, the same ones each time."""
    known = knowledge(case.layer)
    arguments, layouts, gradient = _arguments(known, case, variant)
    known.layer.validate(**arguments)
    if known.defined and not known.defined(arguments):
        raise CaseError(f"{case.id} asks for what PyTorch leaves undefined")
    layouts["grad_output"] = case.layout if case.name else case.grad_layout
    shape = output_shape(Oracle(known.layer, known.call), arguments)
    if gradient is None or variant != "first":
        values = case.grad_values if variant == "first" else _other(case.grad_values)
        gradient = make(Recipe(shape, values), case.dtype, generator(case.seed, f"grad_output {variant}"))
    gradient = settle(gradient.astype(case.dtype).reshape(shape), layouts["grad_output"])
    return Problem(case.layer, arguments, gradient, layouts)


def interlude(problem: Problem, dtype: str) -> Problem:
    """A problem of the same layer in other shapes: the first edge, or the second where the first has the same shape."""
    shape = problem.grad_output.shape
    edges = (_edge(problem.layer, number, dtype) for number in range(len(knowledge(problem.layer).edges)))
    return next((edge for edge in edges if edge.grad_output.shape != shape), problem)


@functools.cache
def _edge(layer: str, number: int, dtype: str) -> Problem:
    return build(Case(layer, dtype, 0, "edge", list(knowledge(layer).edges)[number]))


def named_cases(layer: str, dtypes: Sequence[str]) -> Iterator[Case]:
    """The cases from digits and the edges written by hand, each in every dtype, in layouts that take turns."""
    for source, names in (("mnist", captured(layer)), ("edge", knowledge(layer).edges)):
        for name, dtype in itertools.product(names, dtypes):
            number = zlib.crc32(f"{layer} {name} {dtype}".encode())
            layout = LAYOUTS[number % (len(LAYOUTS) - 1)]  # the last one, broadcast, would change the values
            yield Case(layer, dtype, number % 1000, source, name, layout)


def combined_cases(layer: str, seed: int) -> Iterator[Case]:
    """Cases in which every two values of every two attributes meet, as far as they are legal together."""
    for number, attributes in enumerate(_pairwise(knowledge(layer).attributes, seed)):
        attempts = (Rolled((layer, seed, number, attempt)) for attempt in range(ATTEMPTS))
        found = (compose(layer, attributes, choose, "combination") for choose in attempts)
        case = next((one for one in found if one is not None), None)
        if case is not None:
            yield case


def compose(layer: str, attributes: Mapping[str, Any], choose: Choose, source: str) -> Case | None:
    """A spelled-out case with these attributes, or None where no arrays fit them."""
    known = knowledge(layer)
    changeable = dict(attributes)
    arrays = known.arrays(changeable, choose)
    if arrays is None:
        return None
    gradient = arrays.pop("grad_output", None)
    case = Case(
        layer,
        choose.one_of(("float32", "float64", "float32")),
        choose.integer(0, 9999),
        source,
        arrays=arrays,
        attributes=changeable,
        grad_values=gradient.values if gradient else choose.values(),
        grad_layout=choose.layout(),
    )
    return case if is_legal(case) else None


def is_legal(case: Case) -> bool:
    """Whether the contract accepts the arguments of a case."""
    known = knowledge(case.layer)
    try:
        for variant in ("first", "second"):
            arguments = _arguments(known, case, variant)[0]
            known.layer.validate(**arguments)
            if known.defined and not known.defined(arguments):
                return False
    except ValueError:
        return False
    return True


def _arguments(known: Knowledge, case: Case, variant: Variant) -> tuple[dict[str, Any], dict[str, Layout], Any]:
    """The forward arguments in order, the layouts of their arrays, and the grad_output that came with them, if any."""
    purpose = "second " if variant == "second" else ""
    given: dict[str, Any] = _by_name(known, case) if case.name else {**case.attributes, **case.arrays}
    gradient = given.pop("grad_output", None)
    if "rng" in known.layer.arguments:
        given["rng"] = generator(case.seed, f"{purpose}rng")
    layouts: dict[str, Layout] = {}
    for name in array_arguments(case.layer):
        value = given[name]
        if value is None:
            continue
        layouts[name] = value.layout if isinstance(value, Recipe) and not case.name else case.layout
        rng = generator(case.seed, purpose + name)
        if isinstance(value, Recipe):
            value = make(value, case.dtype, rng)
        elif variant == "second":
            value = rng.permutation(value.ravel()).reshape(value.shape)
        value = value.astype(case.dtype) if value.dtype.kind == "f" else value
        given[name] = settle(value, layouts[name])
    return {name: given[name] for name in known.layer.arguments}, layouts, gradient


def _by_name(known: Knowledge, case: Case) -> dict[str, Any]:
    if case.source == SOURCE:
        return known.layer.completed(read_call(case.layer, case.name))
    edge = known.edges.get(case.name)
    given = edge() if case.source == "edge" and edge else captured(case.layer).get(case.name)
    if given is None:
        raise CaseError(f"{case.layer} has no {case.source} case named {case.name!r}")
    return known.layer.completed(given)


def _other(values: str) -> str:
    """A profile for a second grad_output that differs from the first in kind."""
    return "positive" if values == "normal" else "normal"


def _pairwise(attributes: Mapping[str, Sequence[Any]], seed: int) -> Iterator[dict[str, Any]]:
    """Rows of attribute values so that any two values of any two attributes stand together in one of them; greedy."""
    names = list(attributes)
    generator = random.Random(seed)
    if len(names) < 2:
        yield from (dict.fromkeys(names, value) for value in (attributes[names[0]] if names else (None,)))
        return
    wanted = {
        (a, i, b, j)
        for a, b in itertools.combinations(range(len(names)), 2)
        for i in range(len(attributes[names[a]]))
        for j in range(len(attributes[names[b]]))
    }
    while wanted:
        best: tuple[int, list[int]] = (-1, [])
        a, i, b, j = min(wanted)
        for _ in range(30):
            row = [generator.randrange(len(attributes[name])) for name in names]
            row[a], row[b] = i, j
            best = max(best, (len(wanted & _pairs(row)), row))
        wanted -= _pairs(best[1])
        yield {name: attributes[name][position] for name, position in zip(names, best[1], strict=True)}


def _pairs(row: Sequence[int]) -> set[tuple[int, int, int, int]]:
    return {(a, row[a], b, row[b]) for a, b in itertools.combinations(range(len(row)), 2)}
