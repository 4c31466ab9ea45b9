"""Progress of a run on standard error, when that is a terminal."""

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

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
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("starting", total=None)

        def report(layer: str, done: int, planned: int) -> None:
            bar.update(task, description=layer, completed=done, total=planned)

        yield report
