"""Make the arrays of a case, and say whether the contract accepts them."""

import functools
from typing import Any, Literal

from layerproof_conformance.cases.layouts import values_in_layout
from layerproof_conformance.cases.mnist import captured
from layerproof_conformance.cases.saved_call import SOURCE, read_call
from layerproof_conformance.cases.values import generator, make
from layerproof_conformance.layers import LayerJudge, find_layer_judge
from layerproof_conformance.oracle.pytorch import gradient_shapes
from layerproof_conformance.types.case import Case, CaseError, Recipe
from layerproof_conformance.types.inputs import CaseInputs, as_grad_output, gradient_names, named_gradients
from layerproof_conformance.types.layout import Layout

Variant = Literal["first", "second", "another"]
"""The inputs themselves; other values in their shapes; the inputs with another grad_output."""


def build(case: Case, variant: Variant = "first") -> CaseInputs:
    """Make the arrays of a case, the same ones each time."""
    layer_judge = find_layer_judge(case.layer)
    arguments, layouts, gradient = _arguments(layer_judge, case, variant)
    layer_judge.layer.validate(**arguments)
    if layer_judge.defined and not layer_judge.defined(arguments):
        raise CaseError(f"{case.id} asks for what PyTorch leaves undefined")
    shapes = gradient_shapes(layer_judge.oracle, arguments)
    given: dict[str, Any] = {} if gradient is None or variant != "first" else dict(named_gradients(gradient))
    values = case.grad_values if variant == "first" else _other(case.grad_values)
    layout = case.layout if case.name else case.grad_layout
    gradients = []
    for name, shape in zip(gradient_names(len(shapes)), shapes, strict=True):
        if name not in given:
            given[name] = make(Recipe(shape, values), case.dtype, generator(case.seed, f"{name} {variant}"))
        elif callable(given[name]):
            given[name] = given[name](shape)
        gradients.append(values_in_layout(given[name].astype(case.dtype).reshape(shape), layout))
        layouts[name] = layout
    return CaseInputs(case.layer, arguments, as_grad_output(gradients), layouts)


def other_shape_call(inputs: CaseInputs, dtype: str) -> CaseInputs:
    """Inputs of other shapes for the same layer: the first edge whose output has another shape."""
    shapes = _gradient_shapes(inputs)
    edges = (_edge(inputs.layer, number, dtype) for number in range(len(find_layer_judge(inputs.layer).edges)))
    return next((edge for edge in edges if _gradient_shapes(edge) != shapes), inputs)


def _gradient_shapes(inputs: CaseInputs) -> list[tuple[int, ...]]:
    return [gradient.shape for gradient in named_gradients(inputs.grad_output).values()]


@functools.cache
def _edge(layer: str, number: int, dtype: str) -> CaseInputs:
    return build(Case(layer, dtype, 0, "edge", list(find_layer_judge(layer).edges)[number]))


def is_legal(case: Case) -> bool:
    """Whether the contract accepts the arguments of a case."""
    layer_judge = find_layer_judge(case.layer)
    try:
        for variant in ("first", "second"):
            arguments = _arguments(layer_judge, case, variant)[0]
            layer_judge.layer.validate(**arguments)
            if layer_judge.defined and not layer_judge.defined(arguments):
                return False
    except ValueError:
        return False
    return True


def _arguments(layer_judge: LayerJudge, case: Case, variant: Variant) -> tuple[dict[str, Any], dict[str, Layout], Any]:
    """The forward arguments in order, the layouts of their arrays, and the grad_output that came with them, if any.

    An edge may give grad_output as a function of its shape.
    """
    purpose = "second " if variant == "second" else ""
    given: dict[str, Any] = _by_name(layer_judge, case) if case.name else {**case.attributes, **case.arrays}
    gradient = given.pop("grad_output", None)
    if "rng" in layer_judge.layer.arguments:
        given["rng"] = generator(case.seed, f"{purpose}rng")
    layouts: dict[str, Layout] = {}
    for name in layer_judge.layer.arrays:
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
        given[name] = values_in_layout(value, layouts[name])
    return {name: given[name] for name in layer_judge.layer.arguments}, layouts, gradient


def _by_name(layer_judge: LayerJudge, case: Case) -> dict[str, Any]:
    if case.source == SOURCE:
        return layer_judge.layer.completed(read_call(case.layer, case.name))
    edge = layer_judge.edges.get(case.name) if case.source == "edge" else None
    given = edge or captured(case.layer).get(case.name)
    if given is None:
        raise CaseError(f"{case.layer} has no {case.source} case named {case.name!r}")
    return layer_judge.layer.completed(given)


def _other(values: str) -> str:
    """A profile for a second grad_output that differs from the first in kind."""
    return "positive" if values == "normal" else "normal"
