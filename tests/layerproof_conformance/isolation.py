"""Where the plugin runs: in worker processes of its own, or, for debuggers, in the judge's process.

Both answer a Request with an Answer or with the Failure that stood in the way of one.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import types
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Literal, Protocol

from pebble import ProcessExpired, ProcessPool

from layerproof import LayerProofError, PluginError, PluginSet
from layerproof_conformance import worker
from layerproof_conformance.exchange import Answer, Description, Request, Violation

TIMEOUT = 60.0
"""Seconds that a case may take, the compilation of a first call included."""
START_TIMEOUT = 120.0
"""Seconds that the import of a plugin may take."""
MEMORY = 6 * 2**30
"""Bytes of private memory that a worker may have."""
PRINTED = 64 * 2**20
"""Bytes that a hook may print before its writes fail."""

QUIET_EXIT = 256
"""Stands for exit status 0, out of the range of real ones."""


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
    """The plugin in processes of its own, which are replaced when they crash or take too long."""

    def __init__(self, plugin: str, jobs: int = 1, timeout: float = TIMEOUT) -> None:
        self._plugin, self._timeout = plugin, timeout
        self._pool = ProcessPool(
            max_workers=jobs, context=_Context(), initializer=_start_worker, initargs=(sys.path[:], os.getpid())
        )

    def describe(self) -> Description:
        """Load the plugin in a worker and say what it implements."""
        answered = _OnItsWay(self._pool.schedule(_describe, args=(self._plugin,), timeout=START_TIMEOUT), START_TIMEOUT)
        description: Any = answered.result()
        if isinstance(description, Failure):
            raise PluginError(f"plugin {self._plugin}: its import {description.message}")
        if isinstance(description, str):
            raise PluginError(description)
        found: Description = description
        return found

    def submit(self, request: Request) -> Pending:
        """Put a request to the next free worker."""
        future = self._pool.schedule(_answer, args=(self._plugin, request), timeout=self._timeout)
        return _OnItsWay(future, self._timeout)

    def close(self) -> None:
        """Stop all workers, also those in the middle of a call."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


@dataclass(frozen=True)
class _Ready:
    answer: Answer

    def result(self) -> Answer | Failure:
        return self.answer


@dataclass(frozen=True)
class _OnItsWay:
    future: Future[Any]
    timeout: float

    def result(self) -> Any:
        try:
            return self.future.result()
        except TimeoutError:
            return Failure("timeout", f"did not return within {self.timeout:g} s")
        except ProcessExpired as error:
            return Failure("crashed", f"ended its process {_how(error.exitcode)}")
        except CancelledError:
            raise
        except Exception as error:  # a result that cannot travel
            return Failure("crashed", f"gave a result that cannot be read: {type(error).__name__}: {error}")


def _how(exitcode: int | None) -> str:
    if exitcode == QUIET_EXIT:
        return "with exit status 0"
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

    @property
    def exitcode(self) -> int | None:
        """The exit status; pebble takes 0 for a regular end, but no worker of a running pool ends by itself."""
        status = super().exitcode
        return QUIET_EXIT if status == 0 else status


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
