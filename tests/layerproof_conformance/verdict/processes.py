"""Processes that work for this one, are given up when they take too long, and are replaced when they crash."""

import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, Literal

from layerproof_conformance.verdict.child_process import ChildProcess
from layerproof_conformance.verdict.futures import DrivenFuture

FIRST_REQUEST = 3.0
"""The first request of a kind may take so many times its timeout in a process: something may have to be compiled."""
SLEEPING_POOLS = {
    "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0", "OPENBLAS_THREAD_TIMEOUT": "4",
}  # fmt: skip
"""Lets the thread pools of a process sleep while they wait, unless the user has said something else.

By default they spin, and the pools of several processes on few cores then slow each other down ten times and more.
There are still several threads, so that a race between them shows.
"""


class RequestFailedError(Exception):
    """A request has no answer: its process ended, or took too long."""

    def __init__(self, kind: Literal["crashed", "timeout"], message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


class Processes:
    """Some processes, started when they are first needed.

    Each has a pipe of its own and at most one request, so that whatever happens to it concerns that request alone.
    There are no threads: requests are handed out and answers received while somebody submits one or waits for one.
    """

    def __init__(
        self,
        jobs: int,
        prepare: Callable[[], None],
        grace: float = 0.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the processes.

        Arguments:
            jobs: how many there are at most.
            prepare: is called first in each of them.
            grace: seconds that a process has to end by itself when it is told to.
            environment: variables that each of them has beside those of this process; SLEEPING_POOLS if None.
        """
        variables = SLEEPING_POOLS | os.environ if environment is None else environment
        self._workers = [_Worker(prepare, variables) for _ in range(jobs)]
        self._waiting: deque[_Request] = deque()
        self._grace = grace

    def submit(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], timeout: float, kind: str = ""
    ) -> DrivenFuture[Any]:
        """Have the next free process call a function, without waiting for its result.

        The future raises what the function raised, or RequestFailedError where there is no answer.
        """
        future: DrivenFuture[Any] = DrivenFuture(lambda: self.turn(None))
        self._waiting.append(_Request(future, function, arguments, timeout, kind))
        self.turn(0)
        return future

    def close(self) -> None:
        """End all processes, also those in the middle of a call."""
        for worker in self._workers:
            worker.tell_to_end(self._grace)
        for worker in self._workers:
            worker.kill(self._grace)

    def turn(self, wait: float | None) -> None:
        """Receive what has been answered, waiting so many seconds for it (None: until there is something); hand out."""
        self._hand_out()
        busy = {worker.connection: worker for worker in self._workers if worker.request}
        if busy:
            deadline = min(worker.deadline for worker in busy.values())
            left = max(0.0, deadline - time.monotonic())
            ready = connection.wait(list(busy), left if wait is None else min(wait, left))
            for answered in ready:
                busy[answered].receive()
            for worker in busy.values():
                worker.end_if_late()
        self._hand_out()

    def _hand_out(self) -> None:
        for worker in self._workers:
            if worker.request is None and self._waiting:
                worker.send(self._waiting.popleft())


@dataclass(frozen=True)
class _Request:
    """A call on its way to a process, and the future of its result."""

    future: DrivenFuture[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    timeout: float
    kind: str


class _Worker:
    """One process, and the request that it is working on."""

    def __init__(self, prepare: Callable[[], None], environment: Mapping[str, str]) -> None:
        self.request: _Request | None = None
        self.deadline = 0.0
        self._prepare, self._environment = prepare, environment
        self._timeout = 0.0
        self._answered_kinds: set[str] = set()
        self._child: ChildProcess | None = None

    @property
    def connection(self) -> Any:
        """Our end of the pipe to the process that has a request."""
        assert self._child is not None
        return self._child.connection

    def send(self, request: _Request) -> None:
        """Send a request; a process that has ended by itself since its last answer fails it."""
        self.request = request
        if self._child is None:
            self._child = ChildProcess(_serve, (self._prepare,), self._environment)
        self._timeout = request.timeout * (1.0 if request.kind in self._answered_kinds else FIRST_REQUEST)
        self.deadline = time.monotonic() + self._timeout
        try:
            self._child.connection.send((request.function, request.arguments))
        except OSError:
            self._fail("crashed", f"ended its process between two calls, {self._child.how_it_ended()}")

    def receive(self) -> None:
        """Receive the answer, or learn that there will be none."""
        assert self.request is not None
        assert self._child is not None
        try:
            returned, value = self._child.connection.recv()
        except (EOFError, OSError):
            self._fail("crashed", f"ended its process {self._child.how_it_ended()}")
            return
        except Exception as error:  # what was sent is no answer
            self._fail("crashed", f"gave a result that cannot be read: {type(error).__name__}: {error}")
            return
        self._answered_kinds.add(self.request.kind)
        request, self.request = self.request, None
        if returned:
            request.future.set_result(value)
        else:
            request.future.set_exception(value)

    def end_if_late(self) -> None:
        """End the process when its request has taken too long."""
        if self.request is not None and time.monotonic() >= self.deadline:
            self._fail("timeout", f"did not return within {self._timeout:g} s")

    def tell_to_end(self, grace: float) -> None:
        """Ask the process to end by itself, if it has the time."""
        if self._child is not None and grace:
            self._child.terminate()

    def kill(self, grace: float = 0.0) -> None:
        """End the process, whatever it is doing."""
        if self._child is not None:
            self._child.kill(grace)
            self._child = None
            self._answered_kinds.clear()

    def _fail(self, kind: Literal["crashed", "timeout"], message: str) -> None:
        assert self.request is not None
        self.kill()
        request, self.request = self.request, None
        request.future.set_exception(RequestFailedError(kind, message))


def _serve(connection: Any, prepare: Callable[[], None]) -> None:
    """Call the functions that come through the pipe, one after the other."""
    prepare()
    while True:
        function, arguments = connection.recv()
        connection.send(_outcome(function, arguments))


def _outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """Whether the function returned, and what, or what it raised."""
    try:
        return True, function(*arguments)
    except Exception as error:
        return False, error
