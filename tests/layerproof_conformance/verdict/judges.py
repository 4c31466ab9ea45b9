"""Who plans and judges the cases: this process, or several, each with its own worker for the plugin."""

import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from layerproof_conformance.cases.mnist import captured
from layerproof_conformance.cases.plan import Level, plan
from layerproof_conformance.types.case import Case
from layerproof_conformance.verdict.futures import computed_when_asked
from layerproof_conformance.verdict.isolation import Isolation, WorkerProcesses
from layerproof_conformance.verdict.judge import ask, judge
from layerproof_conformance.verdict.processes import Processes
from layerproof_conformance.verdict.verdicts import Verdict

AHEAD = 16
"""Cases of each judge that are under way at any time: a slow case must not keep the others waiting."""
DAY = 86_400.0
"""Seconds; what a judge does has an end, and the plugin has a limit of its own."""
GRACE = 2.0
"""Seconds that a judge has to end its worker, and itself."""


class Judges(Protocol):
    """Somewhere to have cases planned and judged."""

    ahead: int
    """How many cases are worth submitting before the first verdict is asked for."""
    cross_layers: bool
    """Whether they can judge the next layer while this process uses the plugin to explain failures of the last one."""

    def plan(self, layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str]) -> Future[list[Case]]:
        """The cases of a layer."""
        ...

    def judge(self, case: Case) -> Future[Verdict]:
        """The verdict of a case."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class SerialJudge:
    """Judges in this process; the plugin works on the next cases meanwhile."""

    ahead = AHEAD
    cross_layers = False

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation

    def plan(self, layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str]) -> Future[list[Case]]:
        """Plan when the cases are asked for."""
        return computed_when_asked(lambda: plan(layer, level, seed, unsupported_arguments))

    def judge(self, case: Case) -> Future[Verdict]:
        """Put the case to the plugin at once, and judge its answer when the verdict is asked for."""
        question = ask(case, self._isolation)
        return computed_when_asked(lambda: judge(question))

    def close(self) -> None:
        """Nothing to do."""


class JudgeProcesses:
    """Several processes that plan and judge."""

    cross_layers = True

    def __init__(self, plugin: str, jobs: int) -> None:
        self.ahead = AHEAD * jobs
        self._plugin = plugin
        self._processes = Processes(jobs, _prepare, GRACE)
        for _ in range(jobs):  # each begins with what takes long, while nobody waits for it
            self._processes.submit(_warm, (), DAY)

    def plan(self, layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str]) -> Future[list[Case]]:
        """Have a process plan."""
        return self._processes.submit(plan, (layer, level, seed, unsupported_arguments), DAY)

    def judge(self, case: Case) -> Future[Verdict]:
        """Have a process judge."""
        return self._processes.submit(_judge, (self._plugin, case), DAY)

    def close(self) -> None:
        """End the processes and their workers."""
        self._processes.close()


_workers: dict[str, WorkerProcesses] = {}


def _prepare() -> None:
    """End together with the worker when told to."""

    def end(*_: Any) -> None:
        for workers in _workers.values():
            workers.close()
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)


def _warm() -> None:
    """Import PyTorch, and send the digits through the networks."""
    captured("relu")


def _judge(plugin: str, case: Case) -> Verdict:
    if plugin not in _workers:
        _workers[plugin] = WorkerProcesses(plugin)
    return judge(ask(case, _workers[plugin]))
