"""Where the plugin runs: in worker processes of its own, or, for debuggers, in the judge's process.

Both answer a Request with an Answer or with the Failure that stood in the way of one.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import time
import types
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, current_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Literal, Protocol

from layerproof import LayerProofError, PluginError, PluginSet
from layerproof_conformance import worker
from layerproof_conformance.exchange import Answer, Description, Request, Violation

TIMEOUT = 60.0
"""Seconds that a case may take."""
COMPILING = 3.0
"""Times that much for the first case of a layer in a process, in which a plugin may compile."""
START_TIMEOUT = 120.0
"""Seconds that the import of a plugin may take."""
MEMORY = 6 * 2**30
"""Bytes of private memory that a worker may have."""
PRINTED = 64 * 2**20
"""Bytes that a hook may print before its writes fail."""


@dataclass(frozen=True)
class Failure:
    """Why a request has no answer."""

    kind: Literal["crashed", "timeout"]
    message: str


class Pending(Protocol):
    """An answer that may still be on its way."""

    def result(self) -> Answer | Failure:
        """Wait for it."""
        ...


class Isolation(Protocol):
    """Somewhere to put requests to a plugin."""

    def describe(self) -> Description:
        """Load the plugin and say what it implements; raises PluginError where it cannot be loaded."""
        ...

    def submit(self, request: Request) -> Pending:
        """Put a request, without waiting for its answer."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class InProcess:
    """The plugin in the judge's own process: for debuggers, and without any protection."""

    def __init__(self, plugin: str | types.ModuleType) -> None:
        self._plugins = PluginSet([plugin])

    def describe(self) -> Description:
        """Say what the plugin implements."""
        return worker.describe(self._plugins)

    def submit(self, request: Request) -> Pending:
        """Answer at once."""
        return _Ready(worker.answer(self._plugins, request))

    def close(self) -> None:
        """Nothing to do."""


class WorkerProcesses:
    """The plugin in processes of its own, which are replaced when they crash or take too long.

    Each worker has a pipe of its own and at most one request, so that whatever happens to it can be told of that
    request alone. There are no threads: requests are handed out and answers taken in while somebody submits or waits.
    """

    def __init__(self, plugin: str, jobs: int = 1, timeout: float = TIMEOUT) -> None:
        self._plugin, self._timeout = plugin, timeout
        self._workers = [_Worker() for _ in range(jobs)]
        self._waiting: deque[_OnItsWay] = deque()

    def describe(self) -> Description:
        """Load the plugin in a worker and say what it implements."""
        description = self._put(_describe, (self._plugin,), START_TIMEOUT).result()
        if isinstance(description, Failure):
            raise PluginError(f"plugin {self._plugin}: its import {description.message}")
        if isinstance(description, str):
            raise PluginError(description)
        found: Description = description
        return found

    def submit(self, request: Request) -> Pending:
        """Put a request to the next free worker."""
        return self._put(_answer, (self._plugin, request), self._timeout)

    def close(self) -> None:
        """Stop all workers, also those in the middle of a call."""
        for one in self._workers:
            one.kill()

    def _put(self, function: Callable[..., Any], arguments: tuple[Any, ...], timeout: float) -> "_OnItsWay":
        pending = _OnItsWay(self, function, arguments, timeout)
        self._waiting.append(pending)
        self.turn(0)
        return pending

    def turn(self, wait: float | None) -> None:
        """Take in what has happened, waiting for it up to so many seconds (None: until something has); hand out."""
        self._hand_out()
        busy = {one.connection: one for one in self._workers if one.pending}
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
            if one.pending is None and self._waiting:
                one.hand_out(self._waiting.popleft())


class _Worker:
    """One process, started when it is first needed, and the request that it has in hand."""

    def __init__(self) -> None:
        self.connection: Any = None
        self.pending: _OnItsWay | None = None
        self.deadline = 0.0
        self._patience = 0.0
        self._answered: set[str] = set()
        self._process: Any = None

    def hand_out(self, pending: "_OnItsWay") -> None:
        """Send a request; a process that has ended by itself since its last answer fails it."""
        self.pending = pending
        if self._process is None:
            self._start()
        self._patience = pending.timeout * (1.0 if pending.layer in self._answered else COMPILING)
        self.deadline = time.monotonic() + self._patience
        try:
            self.connection.send((pending.function, pending.arguments))
        except OSError:
            self._fail("crashed", f"ended its process between two calls, {self._how()}")

    def take_in(self) -> None:
        """Receive the answer, or learn that there will be none."""
        assert self.pending is not None
        try:
            self.pending.answer = self.connection.recv()
            self._answered.add(self.pending.layer)
            self.pending = None
        except (EOFError, OSError):
            self._fail("crashed", f"ended its process {self._how()}")
        except Exception as error:  # what was sent is no answer
            self._fail("crashed", f"gave a result that cannot be read: {type(error).__name__}: {error}")

    def end_late(self) -> None:
        """End the process when its request has taken too long."""
        if self.pending is not None and time.monotonic() >= self.deadline:
            self._fail("timeout", f"did not return within {self._patience:g} s")

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self.connection.close()
            self._process = None
            self._answered.clear()

    def _fail(self, kind: Literal["crashed", "timeout"], message: str) -> None:
        assert self.pending is not None
        self.kill()
        self.pending.answer, self.pending = Failure(kind, message), None

    def _how(self) -> str:
        self._process.join(timeout=5)
        return _how(self._process.exitcode)

    def _start(self) -> None:
        context = _Context()
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, sys.path[:], os.getpid()), daemon=True)
        self._process.start()
        theirs.close()


@dataclass(frozen=True)
class _Ready:
    answer: Answer

    def result(self) -> Answer | Failure:
        return self.answer


class _OnItsWay:
    """A request on its way to a worker and back."""

    def __init__(
        self, workers: WorkerProcesses, function: Callable[..., Any], arguments: tuple[Any, ...], timeout: float
    ) -> None:
        self.function, self.arguments, self.timeout = function, arguments, timeout
        self.answer: Any = None
        self.layer = next((one.layer for one in arguments if isinstance(one, Request)), "")
        self._workers = workers

    def result(self) -> Any:
        while self.answer is None:
            self._workers.turn(None)
        return self.answer


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


_loaded: dict[str, PluginSet] = {}


def _work(requests: Any, path: list[str], parent: int) -> None:
    """Answer one request after another, until the judge hangs up."""
    _start_worker(path, parent)
    current_process().daemon = False  # a plugin may have processes of its own
    with contextlib.suppress(EOFError):
        while True:
            function, arguments = requests.recv()
            requests.send(function(*arguments))


def _start_worker(path: list[str], parent: int) -> None:
    """Prepare a fresh process: no keyboard signals, no terminal, limited memory, and no life after its parent."""
    sys.path[:] = path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (PRINTED, PRINTED))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    for descriptor in (1, 2):
        os.dup2(os.memfd_create("printed") if hasattr(os, "memfd_create") else nowhere, descriptor)


def _describe(plugin: str) -> Description | str:
    """Load the plugin in a worker; an error travels as its one line."""
    try:
        return worker.describe(_plugins(plugin))
    except LayerProofError as error:
        return str(error)


def _answer(plugin: str, request: Request) -> Answer:
    """Answer in a worker, and note what the hooks printed."""
    plugins = _plugins(plugin)
    for stream in ("output", "error"):
        _take_printed(stream)
    answer = worker.answer(plugins, request)
    answer.violations += _printed("output")
    if _printed("error"):  # a warning or a word on compilation comes once; what a hook prints itself comes again
        worker.answer(plugins, request)
        answer.violations += _printed("error")
    return answer


def _printed(stream: str) -> list[Violation]:
    size, beginning = _take_printed(stream)
    said = f"a hook printed {size} bytes on standard {stream}: {beginning!r}"
    return [Violation("printed", said)] if size else []


def _plugins(plugin: str) -> PluginSet:
    if plugin not in _loaded:
        _loaded[plugin] = PluginSet([plugin])
    return _loaded[plugin]


def _take_printed(stream: str) -> tuple[int, str]:
    """What has been printed since the last time: how many bytes, and how they begin."""
    descriptor, file = (1, sys.stdout) if stream == "output" else (2, sys.stderr)
    with contextlib.suppress(OSError, ValueError):
        file.flush()
    size = os.fstat(descriptor).st_size
    if not size:
        return 0, ""
    beginning = os.pread(descriptor, 60, 0).decode(errors="replace")
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return size, beginning


def _die_with(parent: int) -> None:
    """Ask Linux to end this process when its parent ends, however that happens."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
