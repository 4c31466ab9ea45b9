"""The state of the process that a hook must leave alone, read before and after a case."""

import os
import random
import sys
import threading
import warnings
from concurrent.futures import thread as executor
from dataclasses import dataclass
from typing import Any

import numpy as np

POOLED = 32 + 2 * (os.cpu_count() or 1)
"""Threads that a plugin may keep in pools for its next calls."""


@dataclass(frozen=True)
class GlobalState:
    """What can be compared cheaply for each case."""

    errors: dict[str, Any]
    printing: dict[str, Any]
    numpy_random: Any
    python_random: Any
    directory: str
    environment: dict[str, str]
    output: Any
    numpy: dict[str, Any]
    warnings: list[Any]
    threads: frozenset[threading.Thread]
    pooled: int

    @classmethod
    def read(cls) -> "GlobalState":
        """Read it now."""
        return cls(
            dict(np.geterr()),
            dict(np.get_printoptions()),
            np.random.get_state(),
            random.getstate(),
            _working_directory(),
            dict(os.environ),
            sys.stdout,
            dict(vars(np)),
            list(warnings.filters),
            frozenset(thread for thread in threading.enumerate() if not _waits_in_a_pool(thread)),
            sum(map(_waits_in_a_pool, threading.enumerate())),
        )

    def changes_since(self, before: "GlobalState") -> list[str]:
        """One line for each part that is no longer as it was."""
        same = {
            "numpy's error state": self.errors == before.errors,
            "numpy's print options": repr(self.printing) == repr(before.printing),
            "numpy's global random state": _same_random(self.numpy_random, before.numpy_random),
            "Python's global random state": self.python_random == before.python_random,
            "the working directory": self.directory == before.directory,
            "the environment": self.environment == before.environment,
            "sys.stdout": self.output is before.output,
            "the filters of warnings": self.warnings == before.warnings,
            "a function of numpy": all(self.numpy.get(name) is value for name, value in before.numpy.items()),
        }
        changed = [f"a hook changed {name}" for name, unchanged in same.items() if not unchanged]
        started = sorted(thread.name for thread in self.threads - before.threads if thread.is_alive())
        if started:
            changed.append(f"a hook left a thread running: {', '.join(started)}")
        if self.pooled > POOLED:
            changed.append(f"hooks keep {self.pooled} threads waiting in pools, as if each call started its own")
        return changed

    def restore(self) -> None:
        """Put everything back but the threads, so that one hook's effect is not taken for the next one's."""
        np.seterr(**self.errors)
        np.set_printoptions(**self.printing)
        np.random.set_state(self.numpy_random)
        random.setstate(self.python_random)
        sys.stdout = self.output
        vars(np).update(self.numpy)
        warnings.filters[:] = self.warnings  # type: ignore[index]
        os.chdir(self.directory)
        os.environ.clear()
        os.environ.update(self.environment)


def _same_random(one: Any, other: Any) -> bool:
    return bool(one[0] == other[0] and np.array_equal(one[1], other[1]) and one[2:] == other[2:])


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "/"


def _waits_in_a_pool(thread: threading.Thread) -> bool:
    """Threads of a concurrent.futures pool stay to be used again, which is no defect."""
    return thread in executor._threads_queues
