"""Conformance as pytest tests: one line in a plugin author's own test file.

    from layerproof_conformance.pytest import conformance_test

    test_conformance = conformance_test("my_layers.py")

gives one test per case, with ids that ``-k`` can select, such as ``conv2d:edge:float32:depthwise:C:seed=7``.
"""

import atexit
import functools
from collections.abc import Callable, Sequence

import pytest

from layerproof_conformance.case import Case
from layerproof_conformance.isolation import Isolation, WorkerProcesses
from layerproof_conformance.judge import Status, ask, judge
from layerproof_conformance.knowledge import judged_layers
from layerproof_conformance.plan import Level, plan


def conformance_test(
    plugin: str, *, layers: Sequence[str] = (), level: Level = "standard", seed: int = 0
) -> Callable[[Case], None]:
    """A parametrised test that judges a plugin, case by case.

    Arguments:
        plugin: its entry point, path or module name.
        layers: the layers to judge, all that the plugin implements if empty.
        level: "quick", "standard" or "exhaustive".
        seed: of the generated cases; fixed, so that the ids are the same in every process of a parallel test run.

    A case that the plugin declines is skipped. Raises PluginError where the plugin cannot be loaded.
    """
    description = _workers(plugin).describe()
    cases = [
        case
        for layer in judged_layers()
        if layer in (layers or description.layers)
        for case in plan(layer, level, seed, description.left_out[layer])
    ]

    @pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in cases])
    def test_conformance(case: Case) -> None:
        verdict = judge(ask(case, _workers(plugin)))
        if verdict.status is Status.DECLINED:
            pytest.skip(verdict.message)
        if verdict.status.is_failure:
            repeat = f"layerproof check {plugin} --case {case.id}"
            pytest.fail(f"{verdict.status.value}: {verdict.message}\nrepeat: {repeat}", pytrace=False)

    return test_conformance


@functools.cache
def _workers(plugin: str) -> Isolation:
    """The worker that a plugin's tests share, closed when the test run ends."""
    workers = WorkerProcesses(plugin)
    atexit.register(workers.close)
    return workers
