"""A process for each contestant, so that the thread pool of one does not spin while another is timed."""

import pickle
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from layerproof import LayerProofError, PluginError
from layerproof_conformance.benchmark.contestant import serve as serve_contestant
from layerproof_conformance.verdict.child_process import ChildProcess

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
# Memory that was freed stays in the process, for each contestant alike (glibc): page faults are 10 to 50 % of a step.
_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40), "MALLOC_TOP_PAD_": str(2**26)}
# The threads of OpenBLAS would spin for 30 ms, into the turn of another contestant.
_SLEEP = {"OPENBLAS_THREAD_TIMEOUT": "22"}


class ContestantProcess:
    """A contestant: a plugin, or PyTorch if the name is empty. Raises PluginError where it cannot be loaded.

    ``serve(connection, plugin, threads)`` runs in the process.
    """

    def __init__(self, plugin: str, threads: int, serve: Callable[..., None] = serve_contestant) -> None:
        self.name = plugin or "PyTorch"
        environment = {**_MEMORY, **dict.fromkeys(_THREADS, str(threads)), **_SLEEP}
        self._child = ChildProcess(serve, (plugin, threads), environment)
        try:
            self._answer()
        except LayerProofError as error:
            self.close()
            raise PluginError(str(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def request(self, name: str, *arguments: Any) -> Any:
        """Send a request and wait for the answer; raises LayerProofError where it is an error or the process ends."""
        try:
            self._child.connection.send((name, arguments))
        except OSError:
            raise self._ended() from None
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self._child.kill()

    def _answer(self) -> Any:
        try:
            is_done, answer = self._child.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            raise self._ended() from None
        if not is_done:
            raise LayerProofError(f"{self.name}: {answer}" if self.name not in str(answer) else str(answer))
        return answer

    def _ended(self) -> LayerProofError:
        return LayerProofError(f"{self.name} ended the process that it was measured in")
