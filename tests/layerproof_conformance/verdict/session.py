"""The conformance run: judge layer after layer, explain what fails, and write it all into a document."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Literal

from layerproof import PluginError, find_layers
from layerproof.plugin_set import unknown_layer
from layerproof_conformance.cases.building import build
from layerproof_conformance.cases.plan import Level
from layerproof_conformance.layers import judged_layers
from layerproof_conformance.types.case import Case, parse_id
from layerproof_conformance.types.environment import usable_cores
from layerproof_conformance.types.run_document import Run
from layerproof_conformance.verdict.document import LayerRun, write_document
from layerproof_conformance.verdict.exchange import Description
from layerproof_conformance.verdict.explanation import explain
from layerproof_conformance.verdict.interruption import Interruption
from layerproof_conformance.verdict.isolation import InProcess, Isolation, WorkerProcesses
from layerproof_conformance.verdict.judges import JudgeProcesses, Judges, SerialJudge
from layerproof_conformance.verdict.processes import RequestFailedError
from layerproof_conformance.verdict.scheduling import Schedule
from layerproof_conformance.verdict.verdicts import Verdict

Progress = Callable[[str, int, int, float], None]
"""Told the layer, how many of its cases are judged, how many there are, and the share of the whole run that is done."""


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
) -> Run:
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
    where, judges = _judges_of(plugin, isolation, 1 if case else jobs or usable_cores())
    try:
        description = where.describe()
        session = _Session(where, judges, description, level, seed, progress)
        if case is not None:
            runs = session.judge_case(_parsed(case, description))
        else:
            runs = session.judge_layers(_chosen(description, layers))
    except RequestFailedError as failure:
        raise RuntimeError(f"a process of the judge {failure.message}") from None
    finally:
        judges.close()
        where.close()
    return write_document(
        description,
        runs,
        level=level,
        seed=seed,
        isolation=isolation,
        interrupted=session.interruption.happened,
        seconds=time.perf_counter() - started,
    )


def _judges_of(plugin: str | ModuleType, isolation: str, jobs: int) -> tuple[Isolation, Judges]:
    """Where the plugin runs for this process, and who judges it."""
    if isolation == "none" or isinstance(plugin, ModuleType):
        inside = InProcess(plugin)
        return inside, SerialJudge(inside)
    where = WorkerProcesses(plugin)
    return where, SerialJudge(where) if jobs == 1 else JudgeProcesses(plugin, jobs)


def _parsed(case_id: str, description: Description) -> Case:
    """The case with this id, if it can be built and the plugin has its layer."""
    case = parse_id(case_id)
    build(case)
    _check_implemented(description, [case.layer])
    return case


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


class _Session:
    """A plugin that is being judged."""

    def __init__(
        self,
        where: Isolation,
        judges: Judges,
        description: Description,
        level: Level,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self.interruption = Interruption()
        self._where, self._level, self._seed = where, level, seed
        self._schedule = Schedule(judges, level, seed, description.unsupported_arguments)
        self._progress = progress or (lambda layer, done, planned, share: None)

    def judge_layers(self, layers: Sequence[str]) -> dict[str, LayerRun]:
        """Judge layer after layer, until all are done or the run is interrupted."""
        runs: dict[str, LayerRun] = {}
        with self.interruption.ends_quietly():
            for number, (layer, verdicts) in enumerate(self._schedule.layers(layers)):
                started = time.perf_counter()
                runs[layer] = LayerRun(self._schedule.planned[layer])
                self._judge_layer(layer, verdicts, runs[layer], number / len(layers), 1 / len(layers))
                runs[layer].seconds = time.perf_counter() - started
        return runs

    def judge_case(self, case: Case) -> dict[str, LayerRun]:
        """Judge a single case, as it is."""
        run = LayerRun(planned=1)
        with self.interruption.ends_quietly():
            self._judge_layer(case.layer, self._schedule.verdicts([case]), run, before=0.0, share=1.0)
        return {case.layer: run}

    def _judge_layer(self, layer: str, verdicts: Iterator[Verdict], run: LayerRun, before: float, share: float) -> None:
        """Judge a layer that has this share of the whole run, of which another share is done before it."""
        for verdict in verdicts:
            run.verdicts.append(verdict)
            done = len(run.verdicts)
            self._progress(layer, done, run.planned, before + share * done / run.planned)
            self.interruption.check()
        run.explanation = explain(layer, run.verdicts, self._where, self._level, self._seed, shrink=run.planned > 1)
