"""The report in the terminal: the verdict of each layer, then the smallest failing cases and what they look like."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from layerproof_conformance.judge import Status
from layerproof_conformance.run import FailureRecord, LayerResult, MinimalCase, Run
from layerproof_conformance.run_comparison import Change

STYLES = {"conforms": "green", "does not conform": "bold red", "declined": "yellow"}
SHOWN = 3


def print_report(run: Run, console: Console) -> None:
    """Print what a person wants to know, the most important last."""
    console.print(_table(run))
    normwise = {
        name: one.accuracy.normwise for name, one in run.layers.items() if one.accuracy and one.accuracy.normwise
    }
    if normwise:
        counts = ", ".join(f"{name} in {_plural(count, 'case')}" for name, count in normwise.items())
        console.print(f"* needed the normwise bound: {counts}", style="dim", highlight=False)
    for layer, result in run.layers.items():
        failures = [failure for failure in run.failures if failure.layer == layer]
        if failures:
            _print_layer(console, layer, result, failures)
    _print_verdict(console, run)


def print_changes(before: Run, after: Run, changes: Sequence[Change], console: Console) -> None:
    """Print what changed between two runs, the regressions last."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("layer", "what", "before", "after", ""):
        table.add_column(heading, overflow="fold")
    for change in sorted(changes, key=lambda one: (one.regression, one.layer)):
        says, style = (
            ("worse", "bold red") if change.regression else ("better", "green") if change.improvement else ("", "")
        )
        texts = (change.layer, change.what, change.before, change.after, says)
        table.add_row(*map(escape, texts), style=style)
    if changes:
        console.print(table)
    worse = sum(change.regression for change in changes)
    verdict = f"[bold red]{_plural(worse, 'regression')}[/]" if worse else "[green]no regression[/]"
    names = " → ".join(escape(f"{run.plugin.name} {run.plugin.version}".strip()) for run in (before, after))
    console.print(f"{verdict} in {_plural(len(changes), 'change')}: {names}", highlight=False)


def _table(run: Run) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("layer", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("cases", justify="right")
    shown = [status for status in Status if any(getattr(one, status.value) for one in run.layers.values())]
    for status in shown:
        table.add_column(status.value, justify="right", no_wrap=True)
    table.add_column("error in bounds", justify="right")
    table.add_column("PyTorch's", justify="right", no_wrap=True)
    for layer, result in run.layers.items():
        counts = [str(getattr(result, status.value) or "") for status in shown]
        style = STYLES[result.verdict]
        table.add_row(layer, f"[{style}]{result.verdict}[/]", str(result.planned), *counts, *_accuracy(result))
    return table


def _accuracy(result: LayerResult) -> tuple[str, str]:
    if result.accuracy is None:
        return "", ""
    star = "*" if result.accuracy.normwise else ""
    return _ratio(result.accuracy.bounds) + star, _ratio(result.accuracy.pytorch_bounds)


def _ratio(ratio: float) -> str:
    return "exact" if ratio == 0 else f"{ratio:.2f}"


def _print_layer(console: Console, layer: str, result: LayerResult, failures: list[FailureRecord]) -> None:
    console.print()
    bad = sum(getattr(result, status.value) for status in Status if status.is_failure)
    console.print(f"[bold red]{layer}[/]: {bad} of {result.planned} cases fail", highlight=False)
    for diagnosis in result.diagnosis:
        says = escape(diagnosis.says)
        console.print(f"  [bold]It behaves as if:[/] {says} (fits {diagnosis.cases} failing cases)", highlight=False)
    explained = [failure for failure in failures if failure.minimal_case] or failures
    for failure in explained[:SHOWN]:
        _print_failure(console, failure)
    left = len({(f.status, f.check, f.result) for f in failures}) - min(SHOWN, len(explained))
    if left > 0:
        console.print(f"  and {left} more kinds of failure; --json FILE writes them all", style="dim")


def _print_failure(console: Console, failure: FailureRecord) -> None:
    small = failure.minimal_case
    kind = failure.check if failure.status is Status.FAILED else failure.status.value
    console.print(f"  [red]{kind}[/]: {escape(small.message if small else failure.message)}", highlight=False)
    if small:
        console.print(f"    {escape(small.description)}", style="cyan", highlight=False)
        for line in _numbers(small, failure.result):
            console.print(f"    {escape(line)}", style="dim", highlight=False)
    console.print(f"    repeat: {escape(failure.repeat)}", highlight=False, soft_wrap=True)


def _numbers(small: MinimalCase, result: str) -> Iterable[str]:
    """The arrays that matter, where they are small enough to be read."""
    values: dict[str, Any] = dict(small.values)
    got, expected = values.pop("got", {}), values.pop("expected", {})
    shown = {name: value for name, value in values.items() if not isinstance(value, str)}
    if not result.startswith("grad_"):
        shown.pop("grad_output", None)
    for name, value in [*shown.items(), ("expected", expected.get(result)), ("got", got.get(result))]:
        text = _short(value)
        if value is not None and len(text) <= 160:
            yield f"{name} = {text}"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_short(one) for one in value)}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _print_verdict(console: Console, run: Run) -> None:
    console.print()
    cases = sum(result.planned for result in run.layers.values())
    if run.interrupted:
        done = sum(getattr(result, status.value) for result in run.layers.values() for status in Status)
        console.print(f"[yellow]Interrupted[/] after {done} of {cases} planned cases; what was finished is above.")
    style = STYLES[run.verdict]
    name = escape(run.plugin.name)
    console.print(
        f"[{style}]{name} {run.verdict}[/] at level {run.level}: {_plural(len(run.layers), 'layer')}, "
        f"{_plural(cases, 'case')}, {run.seconds:.1f} s, seed {run.seed}",
        highlight=False,
    )


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
