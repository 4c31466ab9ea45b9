"""A process that shares a pipe with this one, ends when this one ends, and does not run its main module again."""

import contextlib
import ctypes
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from multiprocessing import current_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any


class ChildProcess:
    """A process in which ``serve(connection, *arguments)`` runs, with these environment variables beside ours."""

    def __init__(self, serve: Callable[..., None], arguments: tuple[Any, ...], environment: Mapping[str, str]) -> None:
        context = _Context()
        self.connection, theirs = context.Pipe()
        given = (serve, theirs, arguments, sys.path[:], os.getpid())
        self._process = context.Process(target=_run, args=given, daemon=True)
        with _environment_of_children(environment):
            self._process.start()
        theirs.close()

    def terminate(self) -> None:
        """Tell the process to end by itself."""
        self._process.terminate()

    def kill(self, grace: float = 0.0) -> None:
        """End the process, whatever it is doing, after it has had so many seconds to end by itself."""
        if grace:
            self._process.join(grace)
        self._process.kill()
        self._process.join()
        self.connection.close()

    def how_it_ended(self) -> str:
        """With which exit status or by which signal a process has ended that is just ending."""
        self._process.join(timeout=5)
        exitcode = self._process.exitcode
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
        with _hidden_main():
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
def _environment_of_children(variables: Mapping[str, str]) -> Iterator[None]:
    """Variables of the processes that start meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _run(serve: Callable[..., None], connection: Any, arguments: tuple[Any, ...], path: list[str], parent: int) -> None:
    """Serve until the other side closes the pipe; Ctrl-C is for the parent alone."""
    sys.path[:] = path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    current_process().daemon = False  # there may be processes of its own
    with contextlib.suppress(EOFError):
        serve(connection, *arguments)


def _die_with(parent: int) -> None:
    """Ask Linux to end this process when its parent ends, however that happens."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
