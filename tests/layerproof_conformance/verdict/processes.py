"""Processes that work for this one, are given up when they take too long, and are replaced when they crash."""

import contextlib
import ctypes
import os
import signal
import sys
import time
import types
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, current_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Literal

COMPILING = 3.0
"""Times its patience for the first request of a kind in a process, in which something may have to be compiled."""


@dataclass(frozen=True)
class Failure:
    """Why a request has no answer."""

    kind: Literal["crashed", "timeout"]
    message: str


class Processes:
    """Some processes, started when they are first needed.

    Each has a pipe of its own and at most one request, so that whatever happens to it can be told of that request
    alone. There are no threads: requests are handed out and answers taken in while somebody puts one or waits.
    """

    def __init__(self, jobs: int, prepare: Callable[[], None], grace: float = 0.0) -> None:
        """``prepare`` is run first in each process; ``grace``: seconds that it has to end by itself when told to."""
        self._workers = [_Worker(prepare) for _ in range(jobs)]
        self._waiting: deque[Promise] = deque()
        self._grace = grace

    def put(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], timeout: float, kind: str = ""
    ) -> "Promise":
        """Have the next free process call a function, without waiting for its result."""
        promise = Promise(self, function, arguments, timeout, kind)
        self._waiting.append(promise)
        self.turn(0)
        return promise

    def close(self) -> None:
        """End all processes, also those in the middle of a call."""
        for one in self._workers:
            one.tell_to_end(self._grace)
        for one in self._workers:
            one.kill(self._grace)

    def turn(self, wait: float | None) -> None:
        """Take in what has happened, waiting for it up to so many seconds (None: until something has); hand out."""
        self._hand_out()
        busy = {one.connection: one for one in self._workers if one.promise}
        if busy:
            deadline = min(one.deadline for one in busy.values())
            left = max(0.0, deadline - time.monotonic())
            ready = connection.wait(list(busy), left if wait is None else min(wait, left))
            for answered in ready:
                busy[answered].take_in()
            for one in busy.values():
                one.end_late()
        self._hand_out()

    def _hand_out(self) -> None:
        for one in self._workers:
            if one.promise is None and self._waiting:
                one.hand_out(self._waiting.popleft())


class Promise:
    """A request on its way to a process and back."""

    def __init__(
        self, processes: Processes, function: Callable[..., Any], arguments: tuple[Any, ...], timeout: float, kind: str
    ) -> None:
        self.function, self.arguments, self.timeout, self.kind = function, arguments, timeout, kind
        self.answer: Any = None
        self._processes = processes

    def result(self) -> Any:
        """Wait for what the function returned, or for the Failure of its process."""
        while self.answer is None:
            self._processes.turn(None)
        return self.answer


class _Worker:
    """One process, and the request that it has in hand."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        self.connection: Any = None
        self.promise: Promise | None = None
        self.deadline = 0.0
        self._prepare = prepare
        self._patience = 0.0
        self._answered: set[str] = set()
        self._process: Any = None

    def hand_out(self, promise: Promise) -> None:
        """Send a request; a process that has ended by itself since its last answer fails it."""
        self.promise = promise
        if self._process is None:
            self._start()
        self._patience = promise.timeout * (1.0 if promise.kind in self._answered else COMPILING)
        self.deadline = time.monotonic() + self._patience
        try:
            self.connection.send((promise.function, promise.arguments))
        except OSError:
            self._fail("crashed", f"ended its process between two calls, {self._how()}")

    def take_in(self) -> None:
        """Receive the answer, or learn that there will be none."""
        assert self.promise is not None
        try:
            self.promise.answer = self.connection.recv()
            self._answered.add(self.promise.kind)
            self.promise = None
        except (EOFError, OSError):
            self._fail("crashed", f"ended its process {self._how()}")
        except Exception as error:  # what was sent is no answer
            self._fail("crashed", f"gave a result that cannot be read: {type(error).__name__}: {error}")

    def end_late(self) -> None:
        """End the process when its request has taken too long."""
        if self.promise is not None and time.monotonic() >= self.deadline:
            self._fail("timeout", f"did not return within {self._patience:g} s")

    def tell_to_end(self, grace: float) -> None:
        """Ask the process to end by itself, if it has the time."""
        if self._process is not None and grace:
            self._process.terminate()

    def kill(self, grace: float = 0.0) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            if grace:
                self._process.join(grace)
            self._process.kill()
            self._process.join()
            self.connection.close()
            self._process = None
            self._answered.clear()

    def _fail(self, kind: Literal["crashed", "timeout"], message: str) -> None:
        assert self.promise is not None
        self.kill()
        self.promise.answer, self.promise = Failure(kind, message), None

    def _how(self) -> str:
        self._process.join(timeout=5)
        return _how(self._process.exitcode)

    def _start(self) -> None:
        context = _Context()
        self.connection, theirs = context.Pipe()
        arguments = (theirs, sys.path[:], os.getpid(), self._prepare)
        self._process = context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        theirs.close()


def _how(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        with contextlib.suppress(ValueError):
            return f"by signal {signal.Signals(-exitcode).name}"
    return f"with exit status {exitcode}"


class _Process(SpawnProcess):
    """A process that starts without running the main module of its parent again.

    ``multiprocessing`` imports the parent's ``__main__`` in each child, which would run a script of the user's that
    calls ``check`` without an ``if __name__`` guard once more.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 -- the name is multiprocessing's
        with _hidden_main(), _patient_threads():
            return SpawnProcess._Popen(process_obj)


class _Context(SpawnContext):
    Process = _Process


@contextlib.contextmanager
def _hidden_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _patient_threads() -> Iterator[None]:
    """Let the thread pools of a child sleep while they wait.

    By default they spin, and the pools of several workers on few cores then slow each other down ten times and more.
    There are still several threads, so that a race between them can be seen.
    """
    wanted = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0", "OPENBLAS_THREAD_TIMEOUT": "4"}
    added = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _work(requests: Any, path: list[str], parent: int, prepare: Callable[[], None]) -> None:
    """Answer one request after another until the other side hangs up, without signals from the keyboard."""
    sys.path[:] = path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    prepare()
    current_process().daemon = False  # there may be processes of its own
    with contextlib.suppress(EOFError):
        while True:
            function, arguments = requests.recv()
            requests.send(function(*arguments))


def _die_with(parent: int) -> None:
    """Ask Linux to end this process when its parent ends, however that happens."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
