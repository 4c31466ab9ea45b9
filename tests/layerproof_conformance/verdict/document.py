"""Write a run down: verdicts and explanations become the run document."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from layerproof import SPEC_VERSION
from layerproof_conformance.cases.building import build
from layerproof_conformance.cases.plan import Level
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.oracle.pytorch import by_name
from layerproof_conformance.types import run_document as document
from layerproof_conformance.types.environment import describe_environment
from layerproof_conformance.types.inputs import named_gradients
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.exchange import Description
from layerproof_conformance.verdict.explanation import Explanation
from layerproof_conformance.verdict.verdicts import Evidence, Verdict

SHOWN = 64
"""Elements up to which the values of a small case are written into the document."""


@dataclass
class LayerRun:
    """What became of a layer so far."""

    planned: int
    verdicts: list[Verdict] = field(default_factory=list)
    explanation: Explanation = field(default_factory=Explanation)
    seconds: float = 0.0


def write_document(
    description: Description,
    runs: Mapping[str, LayerRun],
    *,
    level: Level,
    seed: int,
    isolation: str,
    interrupted: bool,
    seconds: float,
) -> document.Run:
    """The document of a run over these layers."""
    layers = {layer: _layer_result(run) for layer, run in runs.items()}
    conforms = bool(layers) and not interrupted and all(result.verdict == "conforms" for result in layers.values())
    return document.Run(
        schema=document.SCHEMA,
        spec=SPEC_VERSION,
        plugin=document.PluginInfo(description.name, description.version, description.layers),
        environment=describe_environment(),
        seed=seed,
        level=level,
        verdict="conforms" if conforms else "does not conform",
        interrupted=interrupted,
        isolation=isolation,
        seconds=seconds,
        layers=layers,
        failures=[
            _failure(description.name, verdict, run.explanation)
            for run in runs.values()
            for verdict in run.verdicts
            if verdict.status.is_failure
        ],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _layer_result(run: LayerRun) -> document.LayerResult:
    counts = Counter(verdict.status for verdict in run.verdicts)
    verdict: document.Conformance = "conforms"
    if any(status.is_failure for status in counts):
        verdict = "does not conform"
    elif not counts[Status.PASSED]:
        verdict = "declined"
    numbers: dict[str, Any] = {status.value: counts[status] for status in Status}
    return document.LayerResult(
        verdict=verdict,
        planned=run.planned,
        **numbers,
        accuracy=_accuracy([verdict for verdict in run.verdicts if verdict.status is Status.PASSED]),
        diagnosis=run.explanation.diagnosis,
        attributes=_coverage(run.verdicts),
        checks=dict(Counter(check for verdict in run.verdicts for check in verdict.checks)),
        seconds=run.seconds,
        cases=[_case_result(verdict) for verdict in run.verdicts],
        error_maps=run.explanation.error_maps,
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
    counts: dict[str, Counter[str]] = {}
    for case in answered:
        for name, value in case.attributes.items():
            counts.setdefault(name, Counter())[str(value)] += 1
    return {name: dict(values) for name, values in counts.items()}


def _failure(plugin: str, verdict: Verdict, explanation: Explanation) -> document.FailureRecord:
    smallest = explanation.smallest.get(verdict.case.id)
    minimal = None if smallest is None else _minimal(smallest)
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
        return [_json_number(element) for element in value]
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value
