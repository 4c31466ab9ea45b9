"""Progress of a run on standard error, when that is a terminal."""

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from layerproof_conformance.session import Progress as Report


@contextlib.contextmanager
def shown_progress() -> Iterator[Report]:
    """A function that takes the layer, its judged and its planned cases, and draws one bar."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]left[/]"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("starting", total=None)

        def report(layer: str, done: int, planned: int) -> None:
            if bar.tasks[0].description != layer:  # another layer has another speed
                bar.reset(task, total=planned, description=layer)
            bar.update(task, completed=done)

        yield report
