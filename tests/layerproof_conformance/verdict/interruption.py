"""Ctrl-C during a run: what was finished is kept and reported."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Interruption:
    """Remembers Ctrl-C: the exception alone can get lost in a library that happens to be at work."""

    def __init__(self) -> None:
        self.happened = False

    def check(self) -> None:
        """Raise KeyboardInterrupt where it got lost."""
        if self.happened:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def ends_quietly(self) -> Iterator[None]:
        """End what is within at Ctrl-C, without an exception."""
        with contextlib.suppress(KeyboardInterrupt), self._remembered():
            yield

    @contextlib.contextmanager
    def _remembered(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def interrupt(number: int, frame: FrameType | None) -> None:
            self.happened = True
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        except KeyboardInterrupt:
            self.happened = True
            raise
        finally:
            signal.signal(signal.SIGINT, before)
