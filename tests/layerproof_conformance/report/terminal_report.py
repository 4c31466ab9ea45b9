"""The report in the terminal: the verdict of each layer, then the smallest failing cases and what they look like."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from layerproof_conformance.report.formats import how_many_fail, plural
from layerproof_conformance.report.run_comparison import Change
from layerproof_conformance.types.run_document import FailureRecord, LayerResult, MinimalCase, Run
from layerproof_conformance.types.status import Status

STYLES = {"conforms": "green", "does not conform": "bold red", "declined": "yellow"}
SHOWN = 3
READABLE = 200
"""Characters up to which an array is printed."""
UNIT = "error in bounds: the largest error as a multiple of what the arithmetic allows, so 1 is the limit"


def print_report(run: Run, console: Console) -> None:
    """Print what a person wants to know, the most important last."""
    console.print(_fitting(_tables(run), console))
    accurate = {name: one.accuracy for name, one in run.layers.items() if _is_accurate(one)}
    if accurate:
        _print_wrapped(console, Text(UNIT, "dim"))
    normwise = {name: one.normwise for name, one in accurate.items() if one and one.normwise}
    if normwise:
        counts = ", ".join(f"{name} in {plural(count, 'case')}" for name, count in normwise.items())
        _print_wrapped(console, Text(f"* needed the normwise bound: {counts}", "dim"))
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
    ordered = sorted(changes, key=lambda one: (one.regression, one.layer))
    for change in ordered:
        says, style = (
            ("worse", "bold red") if change.regression else ("better", "green") if change.improvement else ("", "")
        )
        texts = (change.layer, change.what, change.before, change.after, says)
        table.add_row(*map(escape, texts), style=style)
    if changes:
        console.print(table)
    for change in ordered:
        if change.case:
            text = f"  {change.before} before, {change.after} after: {escape(change.case)}"
            console.print(text, style="dim", highlight=False, soft_wrap=True)
    worse = sum(change.regression for change in changes)
    verdict = f"[bold red]{plural(worse, 'regression')}[/]" if worse else "[green]no regression[/]"
    verdict = f"{verdict} in {plural(len(changes), 'change')}" if changes else "[green]nothing changed[/]"
    names = " → ".join(escape(f"{run.plugin.name} {run.plugin.version}".strip()) for run in (before, after))
    console.print(f"{verdict}: {names}", highlight=False)


def _fitting(tables: Iterable[Table], console: Console) -> Table:
    """The first that is no wider than the terminal, or else the last."""
    unlimited = console.options.update_width(10_000)
    for table in tables:
        if console.measure(table, options=unlimited).maximum <= console.width:
            break
    return table


def _tables(run: Run) -> Iterator[Table]:
    """The table of the layers, from the widest to the narrowest: what is left out at last, the rest implies."""
    statuses = [status for status in Status if any(getattr(one, status.value) for one in run.layers.values())]
    apart: dict[str, tuple[Status, ...]] = {_heading(status): (status,) for status in statuses}
    failures = tuple(status for status in statuses if status.is_failure)
    together = {"passed": (Status.PASSED,), **({"wrong": failures} if failures else {}), "declined": (Status.DECLINED,)}
    together = {heading: counted for heading, counted in together.items() if set(counted) & set(statuses)}
    fewest = {heading: counted for heading, counted in together.items() if heading != "passed"}
    yield _table(run, apart, "error in bounds")
    for counts in (apart, together, fewest):
        yield _table(run, counts, "error in\nbounds")
    yield _table(run, fewest, "")


def _heading(status: Status) -> str:
    return "raised" if status is Status.ERROR else status.value


def _table(run: Run, counts: dict[str, tuple[Status, ...]], unit: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    accurate = bool(unit) and any(_is_accurate(one) for one in run.layers.values())
    for heading in ("layer", "verdict"):
        table.add_column(heading, no_wrap=True, vertical="bottom")
    for heading in ("cases", *counts, *((unit, "PyTorch's") if accurate else ())):
        table.add_column(Text(heading), justify="right", no_wrap=True, vertical="bottom")
    for layer, result in run.layers.items():
        numbers = [sum(getattr(result, status.value) for status in counted) for counted in counts.values()]
        verdict = _verdict(result)
        texts = [str(result.planned), *(str(number or "") for number in numbers)]
        table.add_row(layer, verdict, *texts, *(_accuracy(result) if accurate else ()))
    return table


def _verdict(result: LayerResult) -> Text:
    judged = sum(getattr(result, status.value) for status in Status)
    if judged < result.planned and result.verdict == "conforms":
        return Text("unfinished", "yellow")
    return Text(result.verdict, STYLES[result.verdict])


def _is_accurate(result: LayerResult) -> bool:
    """Whether to say how accurate a layer is: not of one that is wrong, whose right cases alone were measured."""
    return result.verdict == "conforms" and result.accuracy is not None


def _accuracy(result: LayerResult) -> tuple[str, str]:
    if result.accuracy is None or not _is_accurate(result):
        return "", ""
    star = "*" if result.accuracy.normwise else ""
    return _ratio(result.accuracy.bounds) + star, _ratio(result.accuracy.pytorch_bounds)


def _ratio(ratio: float) -> str:
    return "exact" if ratio == 0 else f"{ratio:.2f}"


def _print_layer(console: Console, layer: str, result: LayerResult, failures: list[FailureRecord]) -> None:
    console.print()
    bad = sum(getattr(result, status.value) for status in Status if status.is_failure)
    console.print(f"[bold red]{layer}[/]: {how_many_fail(bad, result.planned)}", highlight=False)
    for diagnosis in result.diagnosis:
        says = f"It behaves as if: {diagnosis.says} (fits {plural(diagnosis.cases, 'failing case')})"
        _print_wrapped(console, Text.assemble((says[:17], "bold"), says[17:]), 2, 4)
    explained = [failure for failure in failures if failure.minimal_case] or failures
    for number, failure in enumerate(explained[:SHOWN]):
        if number:
            console.print()
        _print_failure(console, failure)
    left = len({(f.status, f.check, f.result) for f in failures}) - min(SHOWN, len(explained))
    if left > 0:
        console.print()
        says = f"and {plural(left, 'more kind')} of failure; --html F and --json F show all cases"
        _print_wrapped(console, Text(says, "dim"), 2, 4)


def _print_failure(console: Console, failure: FailureRecord) -> None:
    small = failure.minimal_case
    message = small.message if small else failure.message
    _print_wrapped(console, Text.assemble((failure.check or failure.status.value, "red"), f": {message}"), 2, 4)
    if small:
        _print_wrapped(console, Text(small.description, "cyan"), 4, 6)
        for line in _numbers(small, failure.result):
            _print_wrapped(console, line, 4, 6)
    console.print(f"    repeat: {escape(failure.repeat)}", highlight=False, soft_wrap=True)


def _print_wrapped(console: Console, text: Text, first: int = 0, rest: int = 0) -> None:
    """Print a paragraph with its first line indented by ``first`` and the others by ``rest``."""
    indent = first
    for line in text.wrap(console, max(20, console.width - rest)):
        line.rstrip()
        console.print(Text(" " * indent) + line, highlight=False, soft_wrap=True)
        indent = rest


def _numbers(small: MinimalCase, result: str) -> Iterable[Text]:
    """The arrays that matter, where they are small enough to be read; what is wrong in a result is marked."""
    values: dict[str, Any] = dict(small.values)
    got, expected = values.pop("got", {}), values.pop("expected", {})
    grad_output = values.pop("grad_output", None)
    shown = {name: value for name, value in values.items() if not isinstance(value, str)}
    if result.startswith("grad_") and not isinstance(grad_output, str):
        shown["grad_output"] = grad_output
    truth = expected.get(result)
    for name, value in [*shown.items(), ("expected", truth), ("got", got.get(result))]:
        if value is None:
            continue
        text = _array(value, truth if name == "got" else value)
        if len(text) <= READABLE:
            yield Text(f"{name} = ", "dim") + text
        elif name == "grad_output":
            yield Text(f"{name} = {_size(value)} numbers, which --html F and --json F show", "dim")


def _array(value: Any, truth: Any) -> Text:
    """An array as it is written in Python, with the elements that differ from the truth marked."""
    if not isinstance(value, list):
        text = _number(value)
        return Text(text, "dim" if text == _number(truth) else "bold red")
    truths = truth if isinstance(truth, list) and len(truth) == len(value) else [None] * len(value)
    inner = Text(", ", "dim").join(_array(*pair) for pair in zip(value, truths, strict=True))
    return Text("[", "dim") + inner + Text("]", "dim")


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _size(value: Any) -> int:
    return sum(map(_size, value)) if isinstance(value, list) else 1


def _print_verdict(console: Console, run: Run) -> None:
    console.print()
    cases = sum(result.planned for result in run.layers.values())
    if run.interrupted:
        done = sum(getattr(result, status.value) for result in run.layers.values() for status in Status)
        console.print(f"[yellow]Interrupted[/] after {done} of {cases} planned cases; what was finished is above.")
    counted = f"{plural(len(run.layers), 'layer')}, {plural(cases, 'case')}"
    verdict = (f"{run.plugin.name} {run.verdict}", STYLES[run.verdict])
    rest = f" at level {run.level}: {counted}, {run.seconds:.1f} s, seed {run.seed}"
    _print_wrapped(console, Text.assemble(verdict, rest), 0, 2)
