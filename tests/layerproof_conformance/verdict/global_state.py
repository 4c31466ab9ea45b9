"""The state of the process that a hook must leave alone, read before and after a case."""

import builtins
import contextlib
import operator
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import thread as executor
from dataclasses import dataclass
from typing import Any

import numpy as np

POOLED = 32 + 2 * (os.cpu_count() or 1)
"""Threads that a plugin may keep in pools for its next calls."""
SIGNALS = tuple(signal.valid_signals())


@dataclass(frozen=True)
class GlobalState:
    """What can be compared cheaply for each case: the value of each of the PARTS, and the threads."""

    values: tuple[Any, ...]
    threads: frozenset[threading.Thread]
    pooled: int

    @classmethod
    def read(cls) -> "GlobalState":
        """Read it now."""
        threads = threading.enumerate()
        pooled = frozenset(filter(_waits_in_a_pool, threads))
        return cls(tuple(part.read() for part in PARTS), frozenset(threads) - pooled, len(pooled))

    def changes_since(self, before: "GlobalState") -> list[str]:
        """One line for each part that is no longer as it was."""
        pairs = zip(PARTS, before.values, self.values, strict=True)
        changed = [f"a hook changed {part.name}" for part, old, new in pairs if not part.is_same(old, new)]
        started = sorted(thread.name for thread in self.threads - before.threads if thread.is_alive())
        if started:
            changed.append(f"a hook left a thread running: {', '.join(started)}")
        if self.pooled > POOLED:
            changed.append(f"hooks keep {self.pooled} threads waiting in pools, as if each call started its own")
        return changed

    def restore(self) -> None:
        """Put everything back but the threads, so that one hook's effect is not taken for the next one's."""
        for part, value in zip(PARTS, self.values, strict=True):
            part.restore(value)


@dataclass(frozen=True)
class Part:
    """One part of the global state: its name for a reader, how to read it, to put it back and to compare two values."""

    name: str
    read: Callable[[], Any]
    restore: Callable[[Any], Any]
    is_same: Callable[[Any, Any], bool] = operator.eq


def _read_builtins() -> dict[str, Any]:
    """All but ``_``, in which Python's prompt keeps its last result."""
    names = dict(vars(builtins))
    names.pop("_", None)
    return names


def _restore_builtins(before: Mapping[str, Any]) -> None:
    for name in _read_builtins().keys() - before.keys():
        delattr(builtins, name)
    vars(builtins).update(before)


def _are_same_objects(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return before.keys() == after.keys() and _are_still_there(before, after)


def _are_still_there(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether all objects have kept their names; modules load some of theirs late, so new ones are no change."""
    return all(map(operator.is_, before.values(), map(after.get, before)))


def _read_handlers() -> dict[int, Any]:
    return {number: signal.getsignal(number) for number in SIGNALS}


def _restore_handlers(before: Mapping[int, Any]) -> None:
    for number, handler in before.items():
        if signal.getsignal(number) != handler:
            with contextlib.suppress(TypeError, ValueError):  # a handler of C's, or not in the main thread
                signal.signal(number, handler)


def _read_umask() -> int:
    """The system gives the old one for a new one only; files that a thread makes meanwhile are private."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _read_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "/"


def _restore_environment(before: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)


def _restore_filters(before: list[Any]) -> None:
    warnings.filters[:] = before  # type: ignore[index]


def _restore_errors(before: tuple[Any, Any]) -> None:
    np.seterr(**before[0])
    np.seterrcall(before[1])


def _are_same_numbers(before: Any, after: Any) -> bool:
    return bool(before[0] == after[0] and np.array_equal(before[1], after[1]) and before[2:] == after[2:])


PARTS = (
    Part("the builtins", _read_builtins, _restore_builtins, _are_same_objects),
    Part("the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
    Part("numpy's error state", lambda: (np.geterr(), np.geterrcall()), _restore_errors),
    Part(
        "numpy's print options",
        np.get_printoptions,
        lambda options: np.set_printoptions(**options),
        lambda before, after: repr(before) == repr(after),
    ),
    Part("numpy's buffer size", np.getbufsize, np.setbufsize),
    Part("numpy's global random state", np.random.get_state, np.random.set_state, _are_same_numbers),
    Part("a function of numpy", lambda: dict(vars(np)), vars(np).update, _are_still_there),
    Part("Python's global random state", random.getstate, random.setstate),
    Part("the working directory", _read_directory, os.chdir),
    Part("the environment", lambda: dict(os.environ), _restore_environment),
    Part("the import path", lambda: list(sys.path), lambda path: operator.setitem(sys.path, slice(None), path)),
    Part("sys.stdout", lambda: sys.stdout, lambda stream: setattr(sys, "stdout", stream), operator.is_),
    Part("sys.stderr", lambda: sys.stderr, lambda stream: setattr(sys, "stderr", stream), operator.is_),
    Part(
        "the filters of warnings",
        lambda: list(warnings.filters),
        _restore_filters,
    ),
    Part("a handler of signals", _read_handlers, _restore_handlers),
    Part("the umask", _read_umask, os.umask),
)


def _waits_in_a_pool(thread: threading.Thread) -> bool:
    """Threads of a concurrent.futures pool stay to be used again, which is no defect."""
    return thread in executor._threads_queues
