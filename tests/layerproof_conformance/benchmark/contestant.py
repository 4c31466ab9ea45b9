"""One process of the benchmark: it prepares tasks for a plugin or PyTorch, times them, and returns their results.

Requests come in and answers go out through the pipe that the process shares with its parent.
"""

import os
import time
import traceback
from typing import Any

import numpy as np

from layerproof import NotSupportedError
from layerproof_conformance.benchmark.calls import Call, Contestant, Result
from layerproof_conformance.benchmark.shapes import VARIANTS

WAKING = 0.02
"""Seconds at the start of a turn in which calls are not counted, at most four: threads that have slept wait for
a core, in one call or two."""
MOST_WAKING = 4


class _Session:
    """The present task of a contestant."""

    def __init__(self, contestant: Contestant) -> None:
        self._contestant = contestant
        self._calls: dict[str, Call] = {}
        self._last: Any = None
        self._next = 0

    def prepare(self, kind: str, task: Any) -> str:
        """Prepare a task and run every variant once; return an error message, "declined", or ""."""
        self._calls = {}
        try:
            if kind == "layer":
                forward, backward = self._contestant.layer(task)
                self._calls = {"forward": forward, "backward": backward}
            else:
                self._calls = {"step": self._contestant.step(task)}
            for call in self._calls.values():
                for variant in range(VARIANTS):
                    call(variant)
        except NotSupportedError:
            return "declined"
        except Exception as error:
            self._calls = {}
            where = traceback.extract_tb(error.__traceback__)[-1]
            return f"raised {type(error).__name__}: {error} ({os.path.basename(where.filename)}, line {where.lineno})"
        return ""

    def time(self, what: str, calls: int) -> list[float]:
        """Seconds of so many calls after some that are not counted, each with another input than the one before."""
        waking: list[float] = []
        while len(waking) < MOST_WAKING and sum(waking) < WAKING:
            waking.append(self._timed(what))
        return [self._timed(what) for _ in range(calls)]

    def _timed(self, what: str) -> float:
        self._next = (self._next + 1) % VARIANTS
        start = time.perf_counter()
        result = self._calls[what](self._next)
        end = time.perf_counter()
        self._last = self._next, result
        return end - start

    def result(self) -> tuple[int, Result]:
        """The variant of the last timed call, and what it returned."""
        variant, result = self._last
        return variant, tuple(None if array is None else np.array(array) for array in result)

    def ask(self, name: str, *arguments: Any) -> Any:
        """Call another method of the contestant."""
        return getattr(self._contestant, name)(*arguments)


class Requests:
    """The requests of ``ContestantProcess``, as they come through the pipe."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        os.dup2(2, 1)  # what a plugin prints must not get between the results of the command

    def answer(self, is_done: bool, value: Any) -> tuple[str, tuple[Any, ...]]:
        """Answer with a value, or with an error message, and wait for the next request; raises EOFError at the end."""
        self._connection.send((is_done, value))
        name, arguments = self._connection.recv()
        return name, arguments


def serve(connection: Any, plugin: str, threads: int) -> None:
    """Answer requests until the other side closes the pipe."""
    requests = Requests(connection)
    contestant: Contestant
    try:
        if plugin:
            from layerproof_conformance.benchmark.with_plugin import WithPlugin

            contestant = WithPlugin(plugin)
        else:
            from layerproof_conformance.benchmark.with_pytorch import WithPyTorch

            contestant = WithPyTorch(threads)
        session = _Session(contestant)
        answer: tuple[bool, Any] = (True, None)
    except Exception as error:
        answer = (False, " ".join(str(error).split()))
    while True:
        name, arguments = requests.answer(*answer)
        try:
            answer = (True, getattr(session, name)(*arguments))
        except Exception as error:
            answer = (False, f"{type(error).__name__}: {error}")
