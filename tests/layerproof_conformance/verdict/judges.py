"""Who plans and judges the cases: this process, or several, each with a worker for the plugin of its own."""

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from layerproof_conformance.cases.mnist import captured
from layerproof_conformance.cases.plan import Level, plan
from layerproof_conformance.types.case import Case
from layerproof_conformance.verdict.isolation import Isolation, WorkerProcesses
from layerproof_conformance.verdict.judge import ask, judge
from layerproof_conformance.verdict.processes import Failure, Processes, Promise
from layerproof_conformance.verdict.verdicts import Verdict

AHEAD = 16
"""Cases for each judge that are on their way at any time: a slow one must not keep the others waiting."""
DAY = 86_400.0
"""Seconds; what a judge does has an end, and the plugin a limit of its own."""
GRACE = 2.0
"""Seconds that a judge has to end its worker, and itself."""

T_co = TypeVar("T_co", covariant=True)


class Later(Protocol[T_co]):
    """A result that may still be on its way."""

    def result(self) -> T_co:
        """Wait for it."""
        ...


class Judges(Protocol):
    """Somewhere to have cases planned and judged."""

    ahead: int
    """How many cases are worth putting before the first verdict is asked for."""
    run_on: bool
    """Whether they judge the next layer while this process uses the plugin for something else."""

    def plan(self, layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str]) -> Later[list[Case]]:
        """The cases of a layer."""
        ...

    def judge(self, case: Case) -> Later[Verdict]:
        """The verdict of a case."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class SerialJudge:
    """Everything in this process; the plugin works on the next cases meanwhile."""

    ahead = AHEAD
    run_on = False

    def __init__(self, where: Isolation) -> None:
        self._where = where

    def plan(self, layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str]) -> Later[list[Case]]:
        """Plan when the cases are asked for."""
        return _OnDemand(lambda: plan(layer, level, seed, unsupported_arguments))

    def judge(self, case: Case) -> Later[Verdict]:
        """Put the case to the plugin at once, and judge its answer when the verdict is asked for."""
        question = ask(case, self._where)
        return _OnDemand(lambda: judge(question))

    def close(self) -> None:
        """Nothing to do."""


class JudgeProcesses:
    """Several processes that plan and judge."""

    run_on = True

    def __init__(self, plugin: str, jobs: int) -> None:
        self.ahead = AHEAD * jobs
        self._plugin = plugin
        self._processes = Processes(jobs, _prepare, GRACE)
        for _ in range(jobs):  # each begins with what takes long, while nobody waits for it
            self._put(_warm)

    def plan(self, layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str]) -> Later[list[Case]]:
        """Have a process plan."""
        return self._put(plan, layer, level, seed, unsupported_arguments)

    def judge(self, case: Case) -> Later[Verdict]:
        """Have a process judge."""
        return self._put(_judged, self._plugin, case)

    def close(self) -> None:
        """End the processes and their workers."""
        self._processes.close()

    def _put(self, function: Callable[..., Any], *arguments: Any) -> "_Elsewhere":
        return _Elsewhere(self._processes.put(_caught, (function, *arguments), DAY))


@dataclass(frozen=True)
class _OnDemand(Generic[T_co]):
    make: Callable[[], T_co]

    def result(self) -> T_co:
        return self.make()


@dataclass(frozen=True)
class _Elsewhere:
    promise: Promise

    def result(self) -> Any:
        found = self.promise.result()
        if isinstance(found, Failure):
            raise RuntimeError(f"a process of the judge {found.message}")
        if isinstance(found, Exception):
            raise found
        return found


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


def _caught(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except Exception as error:  # it travels, and is raised over there
        return error


def _judged(plugin: str, case: Case) -> Verdict:
    if plugin not in _workers:
        _workers[plugin] = WorkerProcesses(plugin)
    return judge(ask(case, _workers[plugin]))
