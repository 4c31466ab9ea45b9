"""Where the time of a conformance run goes: planning, building, transport, waiting for the plugin, oracle, comparison.

    python tests/self_tests/time_split.py [--level standard] [--seed N] [--layer L]... [PLUGIN]

A single judge (--jobs 1) is measured by wrapping the functions at the borders of its steps; what runs in workers
meanwhile shows as the time spent there and as the time that the judge had to wait for it.
"""

import functools
import pkgutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import click
from rich.console import Console
from rich.table import Table

STEPS = {
    "planning the cases": "layerproof_conformance.verdict.judges.plan",
    "building their arrays": "layerproof_conformance.verdict.judge.build",
    "oracle, in float64": "layerproof_conformance.oracle.pytorch.Oracle.evaluate",
    "bounds and what is judged": "layerproof_conformance.layers.LayerJudge.expect",
    "PyTorch's own error": "layerproof_conformance.verdict.judge._pytorch_ratio",
    "comparison": "layerproof_conformance.oracle.expectation.compare",
    "handing over": "layerproof_conformance.verdict.processes._Worker.send",
    "taking in": "layerproof_conformance.verdict.processes._Worker.receive",
    "waiting for the plugin": "multiprocessing.connection.wait",
    "small cases, diagnosis": "layerproof_conformance.verdict.session.explain",
}


class Stopwatch:
    """Seconds by step; a step within a step counts for the inner one alone."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._running: list[str] = []
        self._since = time.perf_counter()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what happens within for this step."""
        self._charge()
        self._running.append(name)
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def _charge(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since  # type: ignore[assignment]
        self._since = now

    def watched(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time counted."""

        @functools.wraps(function)
        def call(*arguments: Any, **keywords: Any) -> Any:
            with self.step(name):
                return function(*arguments, **keywords)

        return call


@click.command()
@click.argument("plugin", default="reference")
@click.option("--level", default="standard", show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--layer", "layers", multiple=True)
def main(plugin: str, level: str, seed: int, layers: Sequence[str]) -> None:
    """Judge a plugin and print the seconds of each step."""
    from layerproof_conformance.verdict import session

    watch = Stopwatch()
    with ExitStack() as patched:
        for name, where in STEPS.items():
            patched.enter_context(patch(where, watch.watched(name, pkgutil.resolve_name(where))))
        with watch.step("start and the rest"):
            run = session.check(plugin, level=level, seed=seed, layers=layers, jobs=1)  # type: ignore[arg-type]
    table = Table("step", "seconds", "share", box=None)
    for name, seconds in watch.seconds.most_common():
        table.add_row(name, f"{seconds:.1f}", f"{100 * seconds / run.seconds:.0f} %")
    Console().print(table)
    print(f"{sum(layer.planned for layer in run.layers.values())} cases in {run.seconds:.1f} s, {run.verdict}")


if __name__ == "__main__":
    main()
