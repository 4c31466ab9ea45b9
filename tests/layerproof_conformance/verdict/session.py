"""The conformance run: plan, ask, judge, make failures small, diagnose, and write it all into one document."""

import contextlib
import itertools
import secrets
import shlex
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType, ModuleType
from typing import Any, Literal

import numpy as np

from layerproof import SPEC_VERSION, PluginError, find_layers
from layerproof.plugin_set import unknown_layer
from layerproof_conformance.cases.building import build
from layerproof_conformance.cases.plan import LEVEL_SETTINGS, Level
from layerproof_conformance.cases.smallest import smallest_failing
from layerproof_conformance.layers import find_layer_judge, judged_layers
from layerproof_conformance.oracle.pytorch import by_name
from layerproof_conformance.types import run_document as document
from layerproof_conformance.types.case import Case, parse_id
from layerproof_conformance.types.environment import describe_environment, usable_cores
from layerproof_conformance.types.inputs import named_gradients
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.diagnosis import diagnose
from layerproof_conformance.verdict.error_maps import error_maps
from layerproof_conformance.verdict.exchange import Description
from layerproof_conformance.verdict.isolation import InProcess, Isolation, WorkerProcesses
from layerproof_conformance.verdict.judge import ask, judge
from layerproof_conformance.verdict.judges import JudgeProcesses, Judges, Later, SerialJudge
from layerproof_conformance.verdict.verdicts import Evidence, Verdict

Progress = Callable[[str, int, int, float], None]
"""Told the layer, how many of its cases are judged, how many there are, and the share of the whole run that is done."""
GIVE_UP = {Status.TIMEOUT: 2, Status.CRASHED: 8}
"""So many cases of a layer may end like this before the rest is taken to end the same way, unasked."""
SHRUNK = 3
"""Different failures of a layer that are made small."""
SHOWN = 64
"""Elements up to which the values of a small case are written into the document."""


def check(
    plugin: str | ModuleType,
    *,
    layers: Sequence[str] = (),
    level: Level = "standard",
    case: str | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    isolation: Literal["process", "none"] = "process",
    progress: Progress | None = None,
) -> document.Run:
    """Judge a plugin.

    Arguments:
        plugin: its entry point, path or module name; an imported module is judged in this process.
        layers: the layers to judge, all that the plugin implements if empty.
        level: "quick" (seconds), "standard" (the verdict that counts) or "exhaustive" (many seeds).
        case: the id of one case, to judge nothing else.
        seed: of the generated cases; random if None, and written into the result.
        jobs: processes that judge, each with a worker for the plugin; as many as there are cores if None.
        isolation: "process" or, for debuggers, "none".
        progress: called after each case.

    Returns the run document. Raises LayerProofError (its text is one line) for an unknown plugin, layer or case. On
    KeyboardInterrupt the run ends and reports what was finished, with ``interrupted`` set.
    """
    seed = secrets.randbelow(2**31) if seed is None else seed
    started = time.perf_counter()
    where, judges = _who(plugin, isolation, 1 if case else jobs or usable_cores())
    try:
        description = where.describe()
        session = _Session(where, judges, description, level, seed, progress)
        if case is not None:
            results = session.judge_one(_single(case, description))
        else:
            results = session.judge_all(_chosen(description, layers))
    finally:
        judges.close()
        where.close()
    return session.document(results, isolation, time.perf_counter() - started)


def _who(plugin: str | ModuleType, isolation: str, jobs: int) -> tuple[Isolation, Judges]:
    """Where the plugin runs for this process, and who judges it."""
    if isolation == "none" or isinstance(plugin, ModuleType):
        inside = InProcess(plugin)
        return inside, SerialJudge(inside)
    where = WorkerProcesses(plugin)
    return where, SerialJudge(where) if jobs == 1 else JudgeProcesses(plugin, jobs)


def _single(case: str, description: Description) -> Case:
    one = parse_id(case)
    build(one)
    _check_implemented(description, [one.layer])
    return one


def _chosen(description: Description, layers: Sequence[str]) -> list[str]:
    """The layers to judge."""
    _check_implemented(description, layers)
    chosen = [name for name in judged_layers() if name in (layers or description.layers)]
    if not chosen:
        raise PluginError(
            f"plugin {description.name} implements no layer of the contract, so there is nothing to judge"
        )
    return chosen


def _check_implemented(description: Description, layers: Iterable[str]) -> None:
    for layer in layers:
        if layer not in find_layers():
            raise unknown_layer(layer)
        if layer not in description.layers:
            has = ", ".join(description.layers) or "no layer"
            raise PluginError(f"plugin {description.name} does not implement {layer}; it has {has}")


@dataclass
class _LayerRun:
    """What became of one layer so far."""

    planned: int
    verdicts: list[Verdict] = field(default_factory=list)
    minimal: dict[str, document.MinimalCase] = field(default_factory=dict)
    diagnosis: list[document.Diagnosis] = field(default_factory=list)
    error_maps: list[document.ErrorMap] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class _Unasked:
    """The verdict of a case that is taken to end as those before it did."""

    case: Case
    status: Status
    before: int

    def result(self) -> Verdict:
        message = f"not asked: {self.before} cases of this layer before it {self.status}"
        return Verdict(self.case, self.status, str(self.status), "", message)


class _Session:
    """One plugin under judgement."""

    def __init__(
        self,
        where: Isolation,
        judges: Judges,
        description: Description,
        level: Level,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self._where, self._judges, self._description = where, judges, description
        self._level, self._seed = level, seed
        self._progress = progress or (lambda layer, done, planned, share: None)
        self._interrupted = False

    def judge_all(self, layers: Sequence[str]) -> dict[str, _LayerRun]:
        """Judge layer after layer, until done or interrupted."""
        results: dict[str, _LayerRun] = {}
        planned: dict[str, int] = {}
        with contextlib.suppress(KeyboardInterrupt), self._interruptible():
            verdicts = self._all_verdicts(layers, planned)
            for number, layer in enumerate(layers):
                started = time.perf_counter()
                first = next(verdicts)
                results[layer] = _LayerRun(planned[layer])
                own = itertools.chain([first], itertools.islice(verdicts, planned[layer] - 1))
                self._judge_layer(layer, own, results[layer], number / len(layers), 1 / len(layers))
                results[layer].seconds = time.perf_counter() - started
        return results

    def judge_one(self, case: Case) -> dict[str, _LayerRun]:
        """Judge a single case, as it is."""
        result = _LayerRun(1)
        with contextlib.suppress(KeyboardInterrupt), self._interruptible():
            self._judge_layer(case.layer, self._verdicts([case]), result, before=0.0, share=1.0)
        return {case.layer: result}

    def _all_verdicts(self, layers: Sequence[str], planned: dict[str, int]) -> Iterator[Verdict]:
        """The verdicts of layer after layer, each of which has ``planned`` cases once there is its first one.

        Judges of their own go on with the next layer while this process explains what was wrong with one; its own
        worker would have that layer's cases in its way.
        """
        cases = self._cases(layers, planned)
        if self._judges.run_on:
            return self._verdicts(itertools.chain.from_iterable(cases))
        return itertools.chain.from_iterable(map(self._verdicts, cases))

    def _cases(self, layers: Sequence[str], planned: dict[str, int]) -> Iterator[list[Case]]:
        """The cases of each layer, and how many there are; the next layer is planned meanwhile."""
        coming = self._planned(layers[0])
        for layer, after in itertools.zip_longest(layers, layers[1:]):
            cases = coming.result()
            if not cases:
                raise RuntimeError(f"no case was planned for {layer}, and nothing passes without one")
            if after is not None:
                coming = self._planned(after)
            planned[layer] = len(cases)
            yield cases

    def _planned(self, layer: str) -> Later[list[Case]]:
        return self._judges.plan(layer, self._level, self._seed, self._description.unsupported_arguments[layer])

    def _judge_layer(
        self, layer: str, verdicts: Iterable[Verdict], result: _LayerRun, before: float, share: float
    ) -> None:
        for verdict in verdicts:
            result.verdicts.append(verdict)
            done = len(result.verdicts)
            self._progress(layer, done, result.planned, before + share * done / result.planned)
            if self._interrupted:
                raise KeyboardInterrupt
        self._explain(layer, result, shrink=result.planned > 1)

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Remember Ctrl-C: the exception alone can get lost in a library that happens to be at work."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def interrupt(number: int, frame: FrameType | None) -> None:
            self._interrupted = True
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        except KeyboardInterrupt:
            self._interrupted = True
            raise
        finally:
            signal.signal(signal.SIGINT, before)

    def _verdicts(self, cases: Iterable[Case]) -> Iterator[Verdict]:
        """Have the cases judged in order, a few of them at any time, also where one layer ends and another begins."""
        ended: Counter[tuple[str, Status]] = Counter()
        waiting: deque[Later[Verdict]] = deque()
        for case in cases:
            hopeless = next((status for status, limit in GIVE_UP.items() if ended[case.layer, status] >= limit), None)
            if hopeless is None:
                waiting.append(self._judges.judge(case))
            else:
                waiting.append(_Unasked(case, hopeless, ended[case.layer, hopeless]))
            if len(waiting) >= self._judges.ahead:
                yield self._counted(waiting.popleft(), ended)
        while waiting:
            yield self._counted(waiting.popleft(), ended)

    @staticmethod
    def _counted(later: Later[Verdict], ended: Counter[tuple[str, Status]]) -> Verdict:
        verdict = later.result()
        if not isinstance(later, _Unasked):
            ended[verdict.case.layer, verdict.status] += 1
        return verdict

    def _explain(self, layer: str, result: _LayerRun, shrink: bool) -> None:
        """Make the first of each kind of failure small, and look for the mistake behind them."""
        failing = sorted(
            (v for v in result.verdicts if v.status.is_failure), key=lambda v: (v.case.name == "", v.case.size)
        )
        kinds: dict[tuple[Any, ...], Verdict] = {}
        for verdict in failing:
            kinds.setdefault((verdict.status, verdict.check, verdict.result), verdict)
        for verdict in list(kinds.values())[:SHRUNK]:
            small = self._smaller(verdict) if shrink and verdict.status is not Status.TIMEOUT else verdict
            result.minimal[verdict.case.id] = _minimal(small)
        result.diagnosis = diagnose(layer, result.verdicts)
        result.error_maps = error_maps(layer, failing)

    def _smaller(self, verdict: Verdict) -> Verdict:
        """The smallest case that fails the same way; nobody learns from an empty one what went wrong with numbers."""
        found: dict[str, Verdict] = {}
        given = build(verdict.case).arguments
        empty = _has_empty_array(given)

        def fails(case: Case) -> bool:
            if _has_empty_array(build(case).arguments) != empty:
                return False
            one = judge(ask(case, self._where))
            found[case.id] = one
            return (one.status, one.check, one.result) == (verdict.status, verdict.check, verdict.result)

        attributes = find_layer_judge(verdict.case.layer).attributes
        hint = {name: value for name, value in given.items() if name in attributes}
        seconds = LEVEL_SETTINGS[self._level].shrinking
        case = smallest_failing(verdict.case, hint, fails, self._seed, seconds)
        return found[case.id] if case is not None else verdict

    def document(self, results: dict[str, _LayerRun], isolation: str, seconds: float) -> document.Run:
        """The run document."""
        name = self._description.name
        layers = {layer: _layer_result(result) for layer, result in results.items()}
        fine = bool(layers) and not self._interrupted and all(one.verdict == "conforms" for one in layers.values())
        failures = [_failure(name, v, r) for r in results.values() for v in r.verdicts if v.status.is_failure]
        return document.Run(
            schema=document.SCHEMA,
            spec=SPEC_VERSION,
            plugin=document.PluginInfo(name, self._description.version, self._description.layers),
            environment=describe_environment(),
            seed=self._seed,
            level=self._level,
            verdict="conforms" if fine else "does not conform",
            interrupted=self._interrupted,
            isolation=isolation,
            seconds=seconds,
            layers=layers,
            failures=failures,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def _has_empty_array(arguments: Mapping[str, Any]) -> bool:
    return any(isinstance(value, np.ndarray) and not value.size for value in arguments.values())


def _layer_result(result: _LayerRun) -> document.LayerResult:
    counts = Counter(verdict.status for verdict in result.verdicts)
    verdict: document.Conformance = "conforms"
    if any(status.is_failure for status in counts):
        verdict = "does not conform"
    elif not counts[Status.PASSED]:
        verdict = "declined"
    numbers: dict[str, Any] = {status.value: counts[status] for status in Status}
    return document.LayerResult(
        verdict=verdict,
        planned=result.planned,
        **numbers,
        accuracy=_accuracy([v for v in result.verdicts if v.status is Status.PASSED]),
        diagnosis=result.diagnosis,
        attributes=_coverage(result.verdicts),
        checks=dict(Counter(check for verdict in result.verdicts for check in verdict.checks)),
        seconds=result.seconds,
        cases=[_case_result(verdict) for verdict in result.verdicts],
        error_maps=result.error_maps,
    )


def _case_result(verdict: Verdict) -> document.CaseResult:
    if verdict.status is not Status.PASSED:
        return document.CaseResult(verdict.case.id, verdict.status)
    pytorch = None if verdict.pytorch is None else float(f"{verdict.pytorch:.4g}")
    return document.CaseResult(verdict.case.id, verdict.status, float(f"{verdict.ratio:.4g}"), pytorch)


def _accuracy(passed: Sequence[Verdict]) -> document.Accuracy | None:
    if not passed:
        return None
    compared = [(verdict.ratio, verdict.pytorch) for verdict in passed if verdict.pytorch is not None]
    own, pytorch = (max(values, default=0.0) for values in (zip(*compared, strict=True) if compared else ((), ())))
    return document.Accuracy(
        bounds=max(verdict.ratio for verdict in passed),
        pytorch_bounds=pytorch,
        multiple_of_pytorch=own / pytorch if pytorch else None,
        normwise=sum(verdict.normwise for verdict in passed),
    )


def _coverage(verdicts: Sequence[Verdict]) -> dict[str, dict[str, int]]:
    answered = [verdict.case for verdict in verdicts if verdict.status is not Status.DECLINED]
    counted: dict[str, Counter[str]] = {}
    for case in answered:
        for name, value in case.attributes.items():
            counted.setdefault(name, Counter())[str(value)] += 1
    return {name: dict(values) for name, values in counted.items()}


def _failure(plugin: str, verdict: Verdict, result: _LayerRun) -> document.FailureRecord:
    minimal = result.minimal.get(verdict.case.id)
    shown = minimal.id if minimal else verdict.case.id
    return document.FailureRecord(
        id=verdict.case.id,
        layer=verdict.case.layer,
        status=verdict.status,
        check=verdict.check,
        result=verdict.result,
        message=verdict.message,
        repeat=shlex.join(["layerproof", "check", plugin, "--case", shown]),
        minimal_case=minimal,
    )


def _minimal(verdict: Verdict) -> document.MinimalCase:
    shown = verdict.evidence or _as_asked(verdict)
    arguments = shown.inputs.arguments
    values: dict[str, Any] = {
        name: _listed(value) for name, value in arguments.items() if isinstance(value, np.ndarray)
    }
    values |= {name: _listed(value) for name, value in named_gradients(shown.inputs.grad_output).items()}
    values["expected"] = {name: _listed(value) for name, value in shown.expected.items()}
    values["got"] = {name: _listed(value) for name, value in shown.got.items()}
    return document.MinimalCase(verdict.case.id, shown.inputs.describe(), verdict.message, values)


def _as_asked(verdict: Verdict) -> Evidence:
    """What the first call was given, where no single result is to blame."""
    layer_judge, inputs = find_layer_judge(verdict.case.layer), build(verdict.case)
    truth = layer_judge.expect(layer_judge.with_decisions(inputs, verdict.values), verdict.case.dtype).truth
    return Evidence(inputs, by_name(truth), verdict.values)


def _listed(value: Any) -> Any:
    """A small array as nested lists; numbers that JSON cannot hold as text."""
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    if value.size > SHOWN:
        return f"{value.dtype}{list(value.shape)}"
    return _json_number(value.tolist())


def _json_number(value: Any) -> Any:
    if isinstance(value, list):
        return [_json_number(one) for one in value]
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value
