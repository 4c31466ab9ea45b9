"""What a hook changes in its process is reported by name and put back; what is set up once is no defect."""

import builtins
import os
import random
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import witnesses

from layerproof import PluginSet, hookimpl
from layerproof_conformance.cases.building import build
from layerproof_conformance.types.case import Case
from layerproof_conformance.verdict.exchange import Answer, Request
from layerproof_conformance.verdict.global_state import PARTS, GlobalState
from layerproof_conformance.verdict.worker import answer

CHANGES: dict[str, Callable[[], object]] = {
    "the builtins": lambda: setattr(builtins, "batch_size", 32),
    "the recursion limit": lambda: sys.setrecursionlimit(sys.getrecursionlimit() + 17),
    "numpy's error state": lambda: np.seterr(all="raise"),
    "numpy's print options": lambda: np.set_printoptions(precision=3),
    "numpy's buffer size": lambda: np.setbufsize(16 * 1024),
    "numpy's global random state": lambda: np.random.rand(),
    "a function of numpy": lambda: setattr(np, "exp", np.log),
    "Python's global random state": lambda: random.random(),
    "the working directory": lambda: os.chdir("/"),
    "the environment": lambda: os.environ.update(LAYER="changed"),
    "the import path": lambda: sys.path.append("/somewhere/else"),
    "sys.stdout": lambda: setattr(sys, "stdout", sys.__stderr__),
    "sys.stderr": lambda: setattr(sys, "stderr", sys.__stdout__),
    "the filters of warnings": lambda: warnings.simplefilter("ignore"),
    "a handler of signals": lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
    "the umask": lambda: os.umask(0o123),
}
MORE_CHANGES: dict[str, Callable[[], object]] = {
    "the builtins": lambda: setattr(builtins, "sum", max),
    "numpy's error state": lambda: np.seterrcall(print),
    "the import path": lambda: sys.path.clear(),
    "the environment": lambda: os.environ.pop("PATH"),
    "a handler of signals": lambda: signal.signal(signal.SIGINT, lambda *_: None),
}

each_change = pytest.mark.parametrize(
    ("part", "change"),
    [
        pytest.param(part, change, id=f"{part}, {way}")
        for way, changes in (("one way", CHANGES), ("another way", MORE_CHANGES))
        for part, change in changes.items()
    ],
)


@pytest.fixture(autouse=True)
def _put_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # it changes between this fixture and the test
    before = GlobalState.read()
    yield
    before.restore()


def answer_relu(before_forward: Callable[[], object]) -> Answer:
    """Answer a case with a right relu that does something else first."""
    plugin = types.ModuleType("relu_with_an_effect")

    @hookimpl
    def relu_forward(x):  # type: ignore[no-untyped-def]
        before_forward()
        return np.maximum(x, 0), x

    @hookimpl
    def relu_backward(grad_output, saved):  # type: ignore[no-untyped-def]
        return (np.where(saved <= 0, 0, grad_output).astype(saved.dtype),)

    plugin.relu_forward, plugin.relu_backward = relu_forward, relu_backward  # type: ignore[attr-defined]
    first = build(Case("relu", "float32", 0, "edge", "zeros"))
    return answer(PluginSet([plugin]), Request("relu", first, None, None, None, readonly=True))


def test_there_is_a_change_of_every_part() -> None:
    assert list(CHANGES) == [part.name for part in PARTS]


@each_change
def test_a_change_is_named_and_put_back(part: str, change: Callable[[], object]) -> None:
    before, seen_by_the_witnesses = GlobalState.read(), witnesses.global_state()
    change()
    changes = GlobalState.read().changes_since(before)
    before.restore()
    assert changes == [f"a hook changed {part}"]
    assert GlobalState.read().changes_since(before) == []
    assert witnesses.global_state() == seen_by_the_witnesses


@each_change
def test_a_hook_that_changes_it_every_time_is_accused(part: str, change: Callable[[], object]) -> None:
    assert [violation.message for violation in answer_relu(change).violations] == [f"a hook changed {part}"]


@each_change
def test_what_a_late_import_sets_up_once_is_no_defect_and_stays(part: str, change: Callable[[], object]) -> None:
    before, done = GlobalState.read(), []

    def once() -> None:
        if not done:
            done.append(True)
            change()

    assert answer_relu(once).violations == []
    assert GlobalState.read().changes_since(before) == [f"a hook changed {part}"]


def test_nothing_is_reported_of_a_hook_that_changes_nothing() -> None:
    before = GlobalState.read()
    assert answer_relu(lambda: None).violations == []
    assert GlobalState.read().changes_since(before) == []


def test_a_module_that_numpy_loads_late_is_no_change() -> None:
    before = GlobalState.read()
    np.a_late_module = 1  # type: ignore[attr-defined]
    assert GlobalState.read().changes_since(before) == []
    del np.a_late_module  # type: ignore[attr-defined]


def test_the_last_result_of_pythons_prompt_is_no_change() -> None:
    before = GlobalState.read()
    builtins._ = 1  # type: ignore[attr-defined]
    assert GlobalState.read().changes_since(before) == []
    del builtins._  # type: ignore[attr-defined]


def test_handlers_are_left_where_only_the_main_thread_may_put_them_back() -> None:
    before = GlobalState.read()
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    thread = threading.Thread(target=before.restore)
    thread.start()
    thread.join()
    assert GlobalState.read().changes_since(before) == ["a hook changed a handler of signals"]
