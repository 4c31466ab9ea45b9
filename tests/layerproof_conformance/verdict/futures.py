"""Futures without threads: whoever waits for a result does, or watches over, the work that is left."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class DrivenFuture(Future[T]):
    """A future that calls ``advance`` until it has its result, when somebody waits for it."""

    def __init__(self, advance: Callable[[], object]) -> None:
        super().__init__()
        self._advance = advance

    def result(self, timeout: float | None = None) -> T:
        """Wait for the result, or raise the exception that stands in its place; ``timeout`` is not looked at."""
        while not self.done():
            self._advance()
        return super().result()


def computed_when_asked(function: Callable[[], T]) -> Future[T]:
    """The result of a function that is called when somebody waits for it."""
    future: DrivenFuture[T] = DrivenFuture(lambda: future.set_result(function()))
    return future


def completed(result: T) -> Future[T]:
    """A result that is there already."""
    future: Future[T] = Future()
    future.set_result(result)
    return future
