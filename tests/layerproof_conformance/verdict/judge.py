"""Judge one case: put it to the plugin, compute the truth and the bounds meanwhile, and compare all that came back."""

import itertools
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.cases.building import build, other_shape_call
from layerproof_conformance.layers import LayerJudge, find_layer_judge
from layerproof_conformance.oracle.comparison import Agreement, Finding
from layerproof_conformance.oracle.expectation import Expectation
from layerproof_conformance.oracle.pytorch import by_name
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.first_answer import FirstAnswer
from layerproof_conformance.types.inputs import CaseInputs, mapped_gradient, named_gradients
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.exchange import Answer, Observation, Request, Which
from layerproof_conformance.verdict.isolation import Isolation
from layerproof_conformance.verdict.processes import RequestFailedError
from layerproof_conformance.verdict.verdicts import Evidence, Verdict

Array = NDArray[Any]
SCRIPT_LIMIT = 30_000
"""Elements of inputs and outputs above which a case is one forward and one backward, without the behaviour checks."""


@dataclass(frozen=True)
class Question:
    """A case on its way through the plugin."""

    case: Case
    layer_judge: LayerJudge
    first: CaseInputs
    second: CaseInputs | None
    another: CaseInputs | None
    answer: Future[Answer]


def ask(case: Case, isolation: Isolation) -> Question:
    """Build a case and put it to the plugin."""
    layer_judge = find_layer_judge(case.layer)
    first = build(case)
    sizes = [
        *(gradient.size for gradient in named_gradients(first.grad_output).values()),
        *(value.size for value in first.arguments.values() if isinstance(value, np.ndarray)),
    ]
    whole = sum(sizes) <= SCRIPT_LIMIT
    second, another = (build(case, "second"), build(case, "another")) if whole else (None, None)
    request = Request(
        case.layer,
        first,
        second,
        another.grad_output if another else None,
        other_shape_call(first, case.dtype) if whole else None,
        readonly=case.seed % 2 == 0,
    )
    return Question(case, layer_judge, first, second, another, isolation.submit(request))


def judge(question: Question) -> Verdict:
    """Compute what is right, while the plugin works if that does not depend on it, then compare with its answer."""
    expected = {} if question.layer_judge.adapt else _expected(question)
    try:
        answer = question.answer.result()
    except RequestFailedError as failure:
        return Verdict(question.case, Status(failure.kind), failure.kind, "", failure.message)
    if answer.status == "declined" and not answer.violations:
        return Verdict(question.case, Status.DECLINED, message=answer.message)
    inspected = _inspected(question, answer)
    if question.layer_judge.adapt:
        question = _adapted(question, answer)
        expected = _expected(question)
    return _verdict(question, answer, expected, inspected)


def _adapted(question: Question, answer: Answer) -> Question:
    """The question with what the plugin decided among its arguments."""
    layer_judge = question.layer_judge
    first = layer_judge.with_decisions(question.first, _results(layer_judge, answer))
    second = question.second and layer_judge.with_decisions(question.second, _results(layer_judge, answer, "second"))
    another = question.another and replace(question.another, arguments=first.arguments)
    return replace(question, first=first, second=second, another=another)


def _inspected(question: Question, answer: Answer) -> list[Finding]:
    """What is wrong with the decisions themselves."""
    if not question.layer_judge.inspect:
        return []
    all_inputs: dict[Which, CaseInputs | None] = {"first": question.first, "second": question.second}
    answers = []
    for which, inputs in all_inputs.items():
        forward = next((o for o in answer.observations if o.which == which and o.gradient is None), None)
        if inputs is not None and forward is not None:
            answers.append(FirstAnswer(inputs, _results(question.layer_judge, answer, which), forward.generators))
    return list(question.layer_judge.inspect(answers)) if answers else []


def _expected(question: Question) -> dict[Any, Expectation]:
    """The truth for each pair of inputs and grad_output that the plugin is given."""
    expected = {("first", "own"): question.layer_judge.expect(question.first, question.case.dtype)}
    if question.second and question.another:
        zero = replace(question.first, grad_output=mapped_gradient(np.zeros_like, question.first.grad_output))
        expected["first", "another"] = question.layer_judge.expect(question.another, question.case.dtype)
        expected["first", "zero"] = question.layer_judge.expect(zero, question.case.dtype)
        expected["second", "own"] = question.layer_judge.expect(question.second, question.case.dtype)
    return expected


def _verdict(
    question: Question, answer: Answer, expected: Mapping[Any, Expectation], inspected: Sequence[Finding]
) -> Verdict:
    findings: list[Finding] = []
    evidence: Evidence | None = None
    ratios, normwise = [0.0], False
    for observation in answer.observations:
        for outcome in _compared(question, observation, expected):
            if isinstance(outcome, Finding):
                findings.append(outcome)
                evidence = evidence or _evidence(question, answer, observation, expected)
            else:
                ratios.append(outcome.ratio)
                normwise |= outcome.normwise
    findings += [*inspected, *(Finding(violation.check, "", violation.message) for violation in answer.violations)]
    checks = tuple(dict.fromkeys([*(o.check for o in answer.observations), *(finding.check for finding in findings)]))
    values = _results(question.layer_judge, answer)
    if findings:
        first = findings[0]
        return Verdict(
            question.case,
            Status.FAILED,
            first.check,
            first.result,
            first.message,
            checks=checks,
            values=values,
            evidence=evidence,
        )
    if answer.status == "error":
        where = f" (after the check {answer.observations[-1].check!r})" if answer.observations else ""
        return Verdict(question.case, Status.ERROR, "raised", "", answer.message + where, checks=checks, values=values)
    pytorch = _pytorch_ratio(question, expected["first", "own"])
    return Verdict(question.case, Status.PASSED, "", "", "", max(ratios), pytorch, normwise, checks)


def _compared(
    question: Question, observation: Observation, expected: Mapping[Any, Expectation]
) -> list[Finding | Agreement]:
    if observation.same_as is not None:
        return []
    right = expected[observation.which, observation.gradient or "own"]
    layer = question.layer_judge.layer
    if observation.gradient is None:
        results = dict(itertools.zip_longest(layer.outputs, observation.results))
    else:
        results = layer.needed_gradients(observation.results, observation.needs_input_grad)
    return right.compare(observation.check, results)


def _pytorch_ratio(question: Question, right: Expectation) -> float | None:
    """PyTorch's own largest error in the dtype of the case, in bounds."""
    if question.case.dtype == "float64":
        return None
    first = question.first
    pytorch = by_name(question.layer_judge.oracle.evaluate(first.arguments, first.grad_output, question.case.dtype))
    outcomes = right.compare("pytorch", {name: value.astype(question.case.dtype) for name, value in pytorch.items()})
    return max((outcome.ratio if isinstance(outcome, Agreement) else 1.0 for outcome in outcomes), default=0.0)


def _evidence(
    question: Question, answer: Answer, observation: Observation, expected: Mapping[Any, Expectation]
) -> Evidence:
    inputs = question.second if observation.which == "second" else question.first
    if observation.gradient == "another":
        inputs = question.another
    assert inputs is not None
    if observation.gradient == "zero":
        inputs = replace(inputs, grad_output=mapped_gradient(np.zeros_like, inputs.grad_output))
    if question.layer_judge.adapt:  # what the plugin was given, not what the oracle was
        inputs = replace(inputs, arguments=build(question.case, observation.which).arguments)
    right = by_name(expected[observation.which, observation.gradient or "own"].truth)
    if observation.check == "values":
        return Evidence(inputs, right, _results(question.layer_judge, answer))
    got = dict(zip(_names(question.layer_judge, observation), observation.results, strict=False))
    return Evidence(inputs, {name: right[name] for name in got if name in right}, got)


def _names(layer_judge: LayerJudge, observation: Observation) -> tuple[str, ...]:
    if observation.gradient is None:
        return layer_judge.layer.outputs
    return layer_judge.layer.gradients


def _results(layer_judge: LayerJudge, answer: Answer, which: Which = "first") -> dict[str, Any]:
    """What the plugin returned at first for one of the inputs, by name."""
    results: dict[str, Any] = {}
    for observation in answer.observations:
        if observation.which == which and observation.gradient in (None, "own"):
            results = dict(zip(_names(layer_judge, observation), observation.results, strict=False)) | results
    return results
