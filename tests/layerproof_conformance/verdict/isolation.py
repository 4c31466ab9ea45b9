"""Where the plugin runs: in worker processes of its own, or, for debuggers, in the judge's process.

Both return a future of the Answer to a Request, which raises RequestFailedError where there is none.
"""

import contextlib
import os
import resource
import sys
import types
from concurrent.futures import Future
from typing import Protocol

from layerproof import LayerProofError, PluginError, PluginSet
from layerproof_conformance.verdict import worker
from layerproof_conformance.verdict.exchange import Answer, Description, Request, Violation
from layerproof_conformance.verdict.futures import completed
from layerproof_conformance.verdict.processes import Processes, RequestFailedError

TIMEOUT = 60.0
"""Seconds that a case may take."""
START_TIMEOUT = 120.0
"""Seconds that the import of a plugin may take."""
MEMORY = 6 * 2**30
"""Bytes of private memory that a worker may have."""
PRINTED = 64 * 2**20
"""Bytes that a hook may print before its writes fail."""


class Isolation(Protocol):
    """Somewhere to put requests to a plugin."""

    def describe(self) -> Description:
        """Load the plugin and say what it implements; raises PluginError where it cannot be loaded."""
        ...

    def submit(self, request: Request) -> Future[Answer]:
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

    def submit(self, request: Request) -> Future[Answer]:
        """Answer at once."""
        return completed(worker.answer(self._plugins, request))

    def close(self) -> None:
        """Nothing to do."""


class WorkerProcesses:
    """The plugin in processes of its own, which are replaced when they crash or take too long."""

    def __init__(self, plugin: str, jobs: int = 1, timeout: float = TIMEOUT) -> None:
        self._plugin, self._timeout = plugin, timeout
        self._processes = Processes(jobs, _limit_worker)

    def describe(self) -> Description:
        """Load the plugin in a worker and say what it implements."""
        try:
            description: Description = self._processes.submit(_describe, (self._plugin,), START_TIMEOUT).result()
        except RequestFailedError as failure:
            raise PluginError(f"plugin {self._plugin}: its import {failure.message}") from None
        return description

    def submit(self, request: Request) -> Future[Answer]:
        """Put a request to the next free worker."""
        return self._processes.submit(_answer, (self._plugin, request), self._timeout, request.layer)

    def close(self) -> None:
        """Stop all workers, also those in the middle of a call."""
        self._processes.close()


_loaded: dict[str, PluginSet] = {}


def _limit_worker() -> None:
    """No terminal, limited memory, and threads that take turns often, so that races between them show."""
    sys.setswitchinterval(1e-5)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (PRINTED, PRINTED))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    for descriptor in (1, 2):
        os.dup2(os.memfd_create("printed") if hasattr(os, "memfd_create") else nowhere, descriptor)


def _describe(plugin: str) -> Description:
    """Load the plugin in a worker."""
    try:
        return worker.describe(_plugins(plugin))
    except LayerProofError as error:
        raise PluginError(str(error)) from None


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
