"""Compile the loops of a layer at their first call, announce it, and keep the result on disk."""

import contextlib
import functools
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from layerproof import hookimpl

SHARED = ("draws", "elementary", "kernel", "moments", "products", "registers", "rows", "softmax_rows", "vectors")
DTYPES = ("float32", "float64")
# Waking a thread takes 2 us where it still spins, and milliseconds where another process has taken its core.
WORTH_SHARING = 2**15


@functools.cache
def compiled(layer: str, function: str, dtype: np.dtype[Any]) -> Any:
    """A function of ``_compiled/<layer>.py``, ready to be called with arrays of this dtype."""
    _configure()
    loops = importlib.import_module(f"layerproof_numba._compiled.{layer}")
    with _announced(f"{layer} ({function}, {dtype})"):
        return getattr(loops, function).build(dtype)


@hookimpl
def layerproof_warm() -> None:
    """Compile everything for both dtypes, or load it from the cache on disk."""
    from layerproof_numba import _compiled

    for module in pkgutil.iter_modules(_compiled.__path__):
        if module.name in SHARED:
            continue
        _configure()
        loops = importlib.import_module(f"{_compiled.__name__}.{module.name}")
        for name in loops.KERNELS:
            for dtype in DTYPES:
                compiled(module.name, name, np.dtype(dtype))


def run(layer: str, function: str, dtype: np.dtype[Any], work: int, *arguments: Any) -> Any:
    """Call a compiled function whose last parameter is the number of threads that share the work; one for little work.

    ``work`` counts values that are read or written; sixteen products count as one. Numba wakes all allowed threads even
    if only a few have work, so for little work only one thread is allowed during the call.
    """
    kernel, threads, numba = compiled(layer, function, dtype), _threads(), _numba()
    if work >= WORTH_SHARING or numba.config.NUMBA_NUM_THREADS == 1:
        return kernel(*arguments, threads)
    allowed = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        return kernel(*arguments, 1)
    finally:
        numba.set_num_threads(allowed)


def worthwhile_threads(work: float) -> int:
    """The number of threads for so much work, for a function that wakes no other thread when this number is one."""
    return _threads() if work >= WORTH_SHARING else 1


@functools.cache
def _threads() -> int:
    """The number of parts of the work: all threads. If Numba is allowed fewer, some threads do several parts.

    It is cached, because to ask Numba in each call takes a sixth of the time of a small layer.
    """
    most, asked = int(_numba().config.NUMBA_NUM_THREADS), _asked_threads()
    return most if asked is None else min(asked, most)


def _asked_threads() -> int | None:
    """The number in ``OMP_NUM_THREADS``, unless ``NUMBA_NUM_THREADS`` is set; Numba itself reads only the latter."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    has_numba_variable = "NUMBA_NUM_THREADS" in os.environ
    return max(1, int(asked)) if asked.isdigit() and not has_numba_variable else None


@functools.cache
def _numba() -> Any:
    import numba

    return numba


@functools.cache
def _configure() -> None:
    """Ask for OpenMP, whose parallel regions start in 2 us where Numba's own thread pool takes 125 us.

    The setting takes effect when Numba starts its threads, so not if other code has started them already.
    """
    import numba

    if "NUMBA_THREADING_LAYER" not in os.environ:
        numba.config.THREADING_LAYER = "omp"
    try:
        if _asked_threads() is not None:
            numba.set_num_threads(_threads())
        else:
            numba.get_num_threads()
    except ValueError:
        numba.config.THREADING_LAYER = "default"
        numba.get_num_threads()
        _say("OpenMP (libgomp on Linux) is not installed: threads start more slowly, in the way that Numba chooses")


@contextlib.contextmanager
def _announced(what: str) -> Iterator[None]:
    """Say on standard error what is compiled, unless the result is on disk already."""
    from numba.core import event

    class Listener(event.Listener):
        said = False

        def on_start(self, event: Any) -> None:
            if not self.said:
                _say(f"compiling {what}, once: the result is kept on disk (`layerproof plugins --warm` compiles all)")
            self.said = True

        def on_end(self, event: Any) -> None:
            pass

    with event.install_listener("numba:compile", Listener()):
        yield


def _say(text: str) -> None:
    print(f"layerproof numba: {text}", file=sys.stderr, flush=True)
