"""Spell a case out: arrays that fit its attributes."""

from collections.abc import Mapping
from typing import Any

from layerproof_conformance.cases.building import is_legal
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.sampler import CaseSampler


def compose(layer: str, attributes: Mapping[str, Any], sampler: CaseSampler, source: str) -> Case | None:
    """A spelled-out case with these attributes, or None where no arrays fit them."""
    layer_judge = find_layer_judge(layer)
    changeable = dict(attributes)
    arrays = layer_judge.arrays(changeable, sampler)
    if arrays is None:
        return None
    gradient = arrays.pop("grad_output", None)
    case = Case(
        layer,
        sampler.one_of(("float32", "float64", "float32")),
        sampler.integer(0, 9999),
        source,
        arrays=arrays,
        attributes=changeable,
        grad_values=gradient.values if gradient else sampler.values(),
        grad_layout=sampler.layout(),
    )
    return case if is_legal(case) else None
