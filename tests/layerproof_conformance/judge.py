"""Judge one case: put it to the plugin, compute the truth and the bounds meanwhile, and compare all that came back."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.bounds import Allowed, named
from layerproof_conformance.case import Case
from layerproof_conformance.cases import build, interlude
from layerproof_conformance.comparison import Agreement, Finding, compare
from layerproof_conformance.exchange import Answer, Inputs, Observation, Request, Which
from layerproof_conformance.isolation import Isolation, Pending
from layerproof_conformance.knowledge import Knowledge, Told, knowledge
from layerproof_conformance.oracle import Oracle, Truth
from layerproof_conformance.problem import Problem
from layerproof_conformance.processes import Failure

Array = NDArray[Any]
SCRIPT_LIMIT = 30_000
"""Elements of inputs and outputs above which a case is one forward and one backward, without the behaviour checks."""


class Status(StrEnum):
    """The verdict of a case."""

    PASSED = "passed"
    FAILED = "failed"
    DECLINED = "declined"
    ERROR = "error"
    CRASHED = "crashed"
    TIMEOUT = "timeout"

    @property
    def is_failure(self) -> bool:
        """Whether a plugin with such a case does not conform."""
        return self not in (Status.PASSED, Status.DECLINED)


@dataclass(frozen=True)
class Evidence:
    """The call whose results are wrong: what it was given, what is right, and what came back, by name."""

    problem: Problem
    expected: Mapping[str, Array]
    got: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What became of a case.

    ``check`` and ``result`` name what is wrong first, and ``evidence`` shows it; ``ratio`` is the largest error in
    bounds of all results within theirs, ``pytorch`` that of PyTorch in the dtype of the case; ``checks`` are all the
    checks that were made, ``values`` what came back at first.
    """

    case: Case
    status: Status
    check: str = ""
    result: str = ""
    message: str = ""
    ratio: float = 0.0
    pytorch: float | None = None
    normwise: bool = False
    checks: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Expectation:
    """The truth for one pair of inputs and grad_output, and the error allowed in each element of it."""

    truth: Truth
    allowed: dict[str, Allowed]
    judged: Mapping[str, Array]


@dataclass(frozen=True)
class Question:
    """A case on its way through the plugin."""

    case: Case
    known: Knowledge
    first: Problem
    second: Problem | None
    another: Problem | None
    pending: Pending


def ask(case: Case, isolation: Isolation) -> Question:
    """Build a case and put it to the plugin."""
    known = knowledge(case.layer)
    first = build(case)
    sizes = [
        first.grad_output.size,
        *(value.size for value in first.arguments.values() if isinstance(value, np.ndarray)),
    ]
    whole = sum(sizes) <= SCRIPT_LIMIT
    second, another = (build(case, "second"), build(case, "another")) if whole else (None, None)
    request = Request(
        case.layer,
        _inputs(first),
        _inputs(second) if second else None,
        another.grad_output if another else None,
        _inputs(interlude(first, case.dtype)) if whole else None,
        readonly=case.seed % 2 == 0,
    )
    return Question(case, known, first, second, another, isolation.submit(request))


def judge(question: Question) -> Verdict:
    """Compute what is right, while the plugin works if that does not depend on it, then compare with its answer."""
    expected = {} if question.known.adapt else _expected(question)
    answer = question.pending.result()
    if isinstance(answer, Failure):
        return Verdict(question.case, Status(answer.kind), answer.kind, "", answer.message)
    if answer.status == "declined" and not answer.violations:
        return Verdict(question.case, Status.DECLINED, message=answer.message)
    inspected = _inspected(question, answer)
    if question.known.adapt:
        question = _adapted(question, answer)
        expected = _expected(question)
    return _verdict(question, answer, expected, inspected)


def _adapted(question: Question, answer: Answer) -> Question:
    """The question with what the plugin decided among its arguments."""
    known = question.known
    first = adapted(known, question.first, _results(known, answer))
    second = question.second and adapted(known, question.second, _results(known, answer, "second"))
    another = question.another and replace(question.another, arguments=first.arguments)
    return replace(question, first=first, second=second, another=another)


def adapted(known: Knowledge, problem: Problem, results: Mapping[str, Any]) -> Problem:
    """The problem as the oracle gets it: with what the plugin decided by chance, where the layer has such a thing."""
    return replace(problem, arguments=known.adapt(problem, results)) if known.adapt else problem


def _inspected(question: Question, answer: Answer) -> list[Finding]:
    """What is wrong with the decisions themselves."""
    if not question.known.inspect:
        return []
    problems: dict[Which, Problem | None] = {"first": question.first, "second": question.second}
    told = []
    for which, problem in problems.items():
        forward = next((one for one in answer.observations if one.which == which and one.gradient is None), None)
        if problem is not None and forward is not None:
            told.append(Told(problem, _results(question.known, answer, which), forward.generators))
    return list(question.known.inspect(told)) if told else []


def _expected(question: Question) -> dict[Any, Expectation]:
    """The truth for each pair of inputs and grad_output that the plugin is given."""
    expected = {("first", "own"): expect(question.known, question.first, question.case.dtype)}
    if question.second and question.another:
        zero = replace(question.first, grad_output=np.zeros_like(question.first.grad_output))
        expected["first", "another"] = expect(question.known, question.another, question.case.dtype)
        expected["first", "zero"] = expect(question.known, zero, question.case.dtype)
        expected["second", "own"] = expect(question.known, question.second, question.case.dtype)
    return expected


def expect(known: Knowledge, problem: Problem, dtype: str) -> Expectation:
    """The truth of a problem and its bounds."""
    oracle = Oracle(known.layer, known.call)
    truth = oracle.evaluate(problem.arguments, problem.grad_output)
    with np.errstate(all="ignore"):
        allowed = known.bound(oracle, problem, truth, dtype)
        judged = known.judged(problem.arguments, problem.grad_output) if known.judged else {}
    return Expectation(truth, allowed, judged)


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
    checks = tuple(
        dict.fromkeys([seen.check for seen in answer.observations] + [finding.check for finding in findings])
    )
    values = _results(question.known, answer)
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
    layer, dtype = question.known.layer, question.case.dtype
    right = expected[observation.which, observation.gradient or "own"]
    everything = named(right.truth)
    outcomes: list[Finding | Agreement] = []
    if observation.gradient is None:
        for name, value in itertools.zip_longest(layer.outputs, observation.results):
            truth = right.truth.outputs.get(name)
            if truth is not None:
                outcomes.append(
                    compare(observation.check, name, value, truth, right.allowed[name], dtype, right.judged.get(name))
                )
            elif value is not None:
                outcomes.append(Finding("structure", name, f"{name} is an array, but should be None"))
        return outcomes
    for name, value, needed in zip(
        layer.differentiable, observation.results, observation.needs_input_grad, strict=True
    ):
        result = f"grad_{name}"
        if needed and result in everything:
            judged = right.judged.get(result)
            outcomes.append(
                compare(observation.check, result, value, everything[result], right.allowed[result], dtype, judged)
            )
    return outcomes


def _pytorch_ratio(question: Question, right: Expectation) -> float | None:
    """PyTorch's own largest error in the dtype of the case, in bounds."""
    if question.case.dtype == "float64":
        return None
    oracle = Oracle(question.known.layer, question.known.call)
    own = named(oracle.evaluate(question.first.arguments, question.first.grad_output, question.case.dtype))
    ratios = [0.0]
    for name, truth in named(right.truth).items():
        outcome = compare(
            "pytorch", name, own[name].astype(np.float32), truth, right.allowed[name], "float32", right.judged.get(name)
        )
        ratios.append(outcome.ratio if isinstance(outcome, Agreement) else 1.0)
    return max(ratios)


def _evidence(
    question: Question, answer: Answer, observation: Observation, expected: Mapping[Any, Expectation]
) -> Evidence:
    problem = question.second if observation.which == "second" else question.first
    if observation.gradient == "another":
        problem = question.another
    assert problem is not None
    if observation.gradient == "zero":
        problem = replace(problem, grad_output=np.zeros_like(problem.grad_output))
    if question.known.adapt:  # what the plugin was given, not what the oracle was
        problem = replace(problem, arguments=build(question.case, observation.which).arguments)
    right = named(expected[observation.which, observation.gradient or "own"].truth)
    if observation.check == "values":
        return Evidence(problem, right, _results(question.known, answer))
    got = dict(zip(_names(question.known, observation), observation.results, strict=False))
    return Evidence(problem, {name: right[name] for name in got if name in right}, got)


def _names(known: Knowledge, observation: Observation) -> tuple[str, ...]:
    if observation.gradient is None:
        return known.layer.outputs
    return tuple(f"grad_{name}" for name in known.layer.differentiable)


def _results(known: Knowledge, answer: Answer, which: Which = "first") -> dict[str, Any]:
    """What the plugin returned at first for one of the inputs, by name."""
    found: dict[str, Any] = {}
    for observation in answer.observations:
        if observation.which == which and observation.gradient in (None, "own"):
            found = dict(zip(_names(known, observation), observation.results, strict=False)) | found
    return found


def _inputs(problem: Problem) -> Inputs:
    return Inputs(problem.arguments, problem.grad_output, problem.layouts)
