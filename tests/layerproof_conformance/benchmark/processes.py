"""A process for each contestant, so that the thread pool of one does not spin while another is timed."""

import os
import pickle
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from layerproof import LayerProofError, PluginError

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
# Memory that was freed stays in the process, for each contestant alike (glibc): page faults are 10 to 50 % of a step.
_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40), "MALLOC_TOP_PAD_": str(2**26)}


class ContestantProcess:
    """A contestant: a plugin, or PyTorch if the name is empty. Raises PluginError where it cannot be loaded.

    ``module`` is run in the process, with the name and the threads as its arguments.
    """

    def __init__(self, plugin: str, threads: int, module: str = "layerproof_conformance.benchmark.contestant") -> None:
        self.name = plugin or "PyTorch"
        environment = {**os.environ, **_MEMORY, **dict.fromkeys(_THREADS, str(threads))}
        environment["OPENBLAS_THREAD_TIMEOUT"] = "22"  # else its threads spin for 30 ms, into the turn of another
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        command = [sys.executable, "-m", module, plugin, str(threads)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
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
        assert self._process.stdin is not None
        try:
            pickle.dump((name, arguments), self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        try:
            is_done, answer = pickle.load(self._process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise self._ended() from None
        if not is_done:
            raise LayerProofError(f"{self.name}: {answer}" if self.name not in str(answer) else str(answer))
        return answer

    def _ended(self) -> LayerProofError:
        return LayerProofError(f"{self.name} ended the process that it was measured in")
