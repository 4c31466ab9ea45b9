"""A progress bar on standard error, shown only where that is a terminal."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class ProgressReport(Protocol):
    """Moves the progress bar."""

    def __call__(self, what: str, done: int, planned: int, share: float | None = None) -> None:
        """Show that ``done`` of ``planned`` steps of the task ``what`` are finished.

        ``share`` is the finished share of the whole run (0 to 1), where the task is only a part of it.
        """


@contextlib.contextmanager
def shown_progress() -> Iterator[ProgressReport]:
    """Show one bar with the elapsed and the remaining time; the value of the context is the function that moves it."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:28}"),
        TextColumn("{task.fields[count]:>7}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]left[/]"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("starting", total=1.0, count="")

        def report(what: str, done: int, planned: int, share: float | None = None) -> None:
            completed = done / planned if share is None else share
            bar.update(task, completed=completed, description=what, count=f"{done}/{planned}")

        yield report
