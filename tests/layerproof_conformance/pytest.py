"""Conformance as pytest tests: one line in a plugin author's own test file.

    from layerproof_conformance.pytest import conformance_test

    test_conformance = conformance_test("my_layers.py")

gives one test per case, with ids that ``-k`` can select, such as ``conv2d:edge:float32:depthwise:C:seed=7``. From the
command line, ``pytest --layerproof my_layers.py`` does the same.
"""

import atexit
import fnmatch
import shlex
import warnings
from collections.abc import Callable, Mapping, Sequence

import pytest

from layerproof import PluginError
from layerproof_conformance.cases.plan import Level, plan
from layerproof_conformance.layers import judged_layers
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.isolation import Isolation, WorkerProcesses
from layerproof_conformance.verdict.judge import ask, judge


class UnmatchedKnownFailureWarning(UserWarning):
    """An entry of ``known_failures`` that matches no case: the case no longer exists, or the entry is misspelt."""


def conformance_test(
    plugin: str,
    *,
    layers: Sequence[str] = (),
    level: Level = "standard",
    seed: int = 0,
    known_failures: Mapping[str, str] = {},
) -> Callable[[Case], None]:
    """A parametrised test that judges a plugin, case by case.

    Arguments:
        plugin: the name of its entry point, its path or its module name.
        layers: the layers to judge; if empty, all that the plugin implements.
        level: "quick", "standard" or "exhaustive".
        seed: the seed of the generated cases; it is fixed, because the ids must be the same in every process of a
            parallel test run.
        known_failures: the ids of cases that are known to fail, each with the reason; ``*`` in an id stands for any
            text. Such a case is a strict expected failure: when it passes, the test fails, so that the entry gets
            removed. An entry that matches no case gives an UnmatchedKnownFailureWarning.

    A case that the plugin declines is skipped. Raises PluginError where the plugin cannot be loaded.
    """
    cases = planned_cases(plugin, layers, level, seed)
    for pattern in known_failures:
        if not any(fnmatch.fnmatchcase(case.id, pattern) for case in cases):
            message = f"known failure {pattern!r} matches no case of {plugin} at level {level}, seed {seed}"
            warnings.warn(UnmatchedKnownFailureWarning(message), stacklevel=2)

    @pytest.mark.parametrize("case", [_parameter(case, known_failures) for case in cases])
    def test_conformance(case: Case) -> None:
        run_case(plugin, case)

    return test_conformance


def _parameter(case: Case, known_failures: Mapping[str, str]) -> object:
    reasons = [reason for pattern, reason in known_failures.items() if fnmatch.fnmatchcase(case.id, pattern)]
    marks = [pytest.mark.xfail(reason=reasons[0], strict=True)] if reasons else []
    return pytest.param(case, id=case.id, marks=marks)


def planned_cases(plugin: str, layers: Sequence[str], level: Level, seed: int) -> list[Case]:
    """The cases of these layers, or of all that the plugin implements; raises PluginError if it lacks one."""
    description = _workers(plugin).describe()
    missing = [layer for layer in layers if layer not in description.layers]
    if missing or not description.layers:
        implemented = ", ".join(description.layers) or "no layer"
        absent = missing[0] if missing else "any layer"
        raise PluginError(f"plugin {plugin} does not implement {absent}; it implements {implemented}")
    chosen = [layer for layer in judged_layers() if layer in (layers or description.layers)]
    return [case for layer in chosen for case in plan(layer, level, seed, description.unsupported_arguments[layer])]


def run_case(plugin: str, case: Case) -> None:
    """Judge a case in a test: a declined case is skipped; a wrong case fails with its message, without a traceback."""
    __tracebackhide__ = True
    verdict = judge(ask(case, _workers(plugin)))
    if verdict.status is Status.DECLINED:
        pytest.skip(verdict.message)
    if verdict.status.is_failure:
        repeat = shlex.join(["layerproof", "check", plugin, "--case", case.id])
        pytest.fail(f"{verdict.check or verdict.status.value}: {verdict.message}\nrepeat: {repeat}", pytrace=False)


_workers_by_plugin: dict[str, WorkerProcesses] = {}


def _workers(plugin: str) -> Isolation:
    """The worker processes that all tests of a plugin share."""
    if plugin not in _workers_by_plugin:
        _workers_by_plugin[plugin] = WorkerProcesses(plugin)
    return _workers_by_plugin[plugin]


@atexit.register
def close_workers() -> None:
    """Stop the workers of all plugins."""
    while _workers_by_plugin:
        _workers_by_plugin.popitem()[1].close()
