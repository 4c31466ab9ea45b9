"""Progress of a run on standard error, when that is a terminal."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Report(Protocol):
    """Takes what is at work, how much of it is done, and the share of the whole, where there is more than this."""

    def __call__(self, what: str, done: int, planned: int, share: float | None = None) -> None:
        """Move the bar."""


@contextlib.contextmanager
def shown_progress() -> Iterator[Report]:
    """A function that draws one bar, with the time that the whole has taken and will still take."""
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
