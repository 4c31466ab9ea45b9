"""No set of cases lets a trivial answer pass: zeros, ones, the input itself, a gradient that ignores grad_output."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from layerproof_conformance.cases.building import build
from layerproof_conformance.cases.combinations import combined_cases
from layerproof_conformance.cases.generated import generated_cases
from layerproof_conformance.cases.named import named_cases
from layerproof_conformance.cases.plan import LEVEL_SETTINGS, Level
from layerproof_conformance.layers import LayerJudge, find_layer_judge, judged_layers
from layerproof_conformance.oracle.comparison import Finding
from layerproof_conformance.oracle.pytorch import by_name
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.first_answer import FirstAnswer
from layerproof_conformance.types.inputs import CaseInputs

SEED = 0
Results = Mapping[str, Any]


def named(source: str) -> Callable[[str], Iterable[Case]]:
    return lambda layer: (case for case in named_cases(layer, ("float32",)) if case.source == source)


def generated(level: Level) -> Callable[[str], Iterable[Case]]:
    return lambda layer: generated_cases(layer, LEVEL_SETTINGS[level].generated, SEED)


SOURCES: dict[str, Callable[[str], Iterable[Case]]] = {
    "mnist": named("mnist"),
    "edge": named("edge"),
    "combination": lambda layer: combined_cases(layer, SEED),
    "generated at quick": generated("quick"),
    "generated at standard": generated("standard"),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("layer", judged_layers())
def test_every_trivial_answer_fails_a_case_of_every_source(layer: str, source: str) -> None:
    layer_judge = find_layer_judge(layer)
    passing = set(trivial_answers(layer_judge))
    for case in SOURCES[source](layer):
        answers = Answers(layer_judge, build(case), case.dtype)
        assert not answers.are_rejected({}), case.id
        passing = {
            (name, value) for name, value in passing if not answers.are_rejected(answers.with_trivial(name, value))
        }
        if not passing:
            return
    assert not passing, f"these answers pass all cases: {sorted(passing)}"


def trivial_answers(layer_judge: LayerJudge) -> Iterator[tuple[str, str]]:
    """The name of a result, and what is trivial about it while all other results are right."""
    outputs = layer_judge.layer.outputs
    yield from ((output, value) for output in outputs for value in ("zeros", "ones"))
    yield outputs[0], "the first argument"
    for gradient in layer_judge.layer.gradients:
        yield from ((gradient, value) for value in ("zeros", "as if grad_output were ones"))


class Answers:
    """Right and trivial results for one case, and the judge's opinion of them."""

    def __init__(self, layer_judge: LayerJudge, inputs: CaseInputs, dtype: str) -> None:
        self._layer_judge, self._inputs, self._dtype = layer_judge, inputs, dtype
        arguments = dict(inputs.arguments)
        self._generators = {}
        if layer_judge.adapt:
            arguments["rng"], self._generators["rng"] = _mask(**arguments)
        self._right, self._for_ones = (
            _rounded(by_name(layer_judge.oracle.evaluate(arguments, grad_output)), dtype)
            for grad_output in (inputs.grad_output, np.ones_like(inputs.grad_output))
        )
        self._expectation = None if layer_judge.adapt else layer_judge.expect(inputs, dtype)

    def with_trivial(self, name: str, value: str) -> Results:
        """The trivial value of a result by its name, or nothing where the case has no such result."""
        if name not in self._right:
            return {}
        if value == "the first argument":
            return {name: next(iter(self._inputs.arguments.values()))}
        if value == "as if grad_output were ones":
            return {name: self._for_ones[name]}
        return {name: {"zeros": np.zeros_like, "ones": np.ones_like}[value](self._right[name])}

    def are_rejected(self, trivial: Results) -> bool:
        """Whether the judge finds anything wrong with the right results, some of them replaced."""
        results = {**self._right, **trivial}
        decisions: list[Finding] = []
        expectation = self._expectation
        if self._layer_judge.inspect:
            decisions += self._layer_judge.inspect([FirstAnswer(self._inputs, results, self._generators)])
        if expectation is None:
            expectation = self._layer_judge.expect(self._layer_judge.with_decisions(self._inputs, results), self._dtype)
        outcomes = expectation.compare("values", results)
        return bool(decisions) or any(isinstance(outcome, Finding) for outcome in outcomes)


def _rounded(results: Results, dtype: str) -> Results:
    with np.errstate(over="ignore"):
        return {name: value.astype(dtype) for name, value in results.items()}


def _mask(x: Any, p: float, training: bool, rng: np.random.Generator) -> tuple[Any, Mapping[str, Any]]:
    """What a right dropout keeps, and the state in which it leaves the generator."""
    drawn = copy.deepcopy(rng)
    kept = drawn.random(x.shape) >= p if training else np.ones(x.shape)
    return kept.astype(np.float64), (drawn if training else rng).bit_generator.state
