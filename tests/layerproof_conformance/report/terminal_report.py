"""The report in the terminal: a table of the layers, then each layer's diagnosis and its smallest failing cases."""

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
SHOWN_FAILURES = 3
"""How many failures of a layer are printed."""
LONGEST_ARRAY = 200
"""An array is printed if its text has at most this many characters."""
ERROR_UNIT = "error/bound: largest error of an element divided by its bound; 1 is the limit"


def print_report(run: Run, console: Console) -> None:
    """Print the table of the layers, the failures, and the verdict as the last line."""
    console.print(_fitting(_tables(run), console))
    accurate = {name: result.accuracy for name, result in run.layers.items() if _has_accuracy(result)}
    if accurate:
        _print_wrapped(console, Text(ERROR_UNIT, "dim"))
    normwise = {name: accuracy.normwise for name, accuracy in accurate.items() if accuracy and accuracy.normwise}
    if normwise:
        counts = ", ".join(f"{name} in {plural(count, 'case')}" for name, count in normwise.items())
        sentence = f"* passed by the normwise bound, which FFT and Winograd convolutions need: {counts}"
        _print_wrapped(console, Text(sentence, "dim"))
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
    ordered = sorted(changes, key=lambda change: (change.regression, change.layer))
    for change in ordered:
        judgement, style = (
            ("worse", "bold red") if change.regression else ("better", "green") if change.improvement else ("", "")
        )
        texts = (change.layer, change.what, change.before, change.after, judgement)
        table.add_row(*map(escape, texts), style=style)
    if changes:
        console.print(table)
    for change in ordered:
        if change.case:
            text = f"  {change.before} before, {change.after} after: {escape(change.case)}"
            console.print(text, style="dim", highlight=False, soft_wrap=True)
    regressions = sum(change.regression for change in changes)
    verdict = f"[bold red]{plural(regressions, 'regression')}[/]" if regressions else "[green]no regression[/]"
    verdict = f"{verdict} in {plural(len(changes), 'change')}" if changes else "[green]nothing changed[/]"
    names = " → ".join(escape(f"{run.plugin.name} {run.plugin.version}".strip()) for run in (before, after))
    console.print(f"{verdict}: {names}", highlight=False)


def _fitting(tables: Iterable[Table], console: Console) -> Table:
    """The first table that is no wider than the terminal, or else the last."""
    unlimited = console.options.update_width(10_000)
    for table in tables:
        if console.measure(table, options=unlimited).maximum <= console.width:
            break
    return table


def _tables(run: Run) -> Iterator[Table]:
    """The table of the layers in several widths, the widest first.

    A narrower table counts all kinds of failure in one column, then leaves out the passed cases, then the errors.
    """
    statuses = [status for status in Status if any(getattr(result, status.value) for result in run.layers.values())]
    separate: dict[str, tuple[Status, ...]] = {_heading(status): (status,) for status in statuses}
    failures = tuple(status for status in statuses if status.is_failure)
    merged = {"passed": (Status.PASSED,), **({"wrong": failures} if failures else {}), "declined": (Status.DECLINED,)}
    merged = {heading: counted for heading, counted in merged.items() if set(counted) & set(statuses)}
    without_passed = {heading: counted for heading, counted in merged.items() if heading != "passed"}
    for counts in (separate, merged, without_passed):
        yield _table(run, counts, with_accuracy=True)
    yield _table(run, without_passed, with_accuracy=False)


def _heading(status: Status) -> str:
    return "raised" if status is Status.ERROR else status.value


def _table(run: Run, counts: dict[str, tuple[Status, ...]], *, with_accuracy: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    with_accuracy = with_accuracy and any(_has_accuracy(result) for result in run.layers.values())
    for heading in ("layer", "verdict"):
        table.add_column(heading, no_wrap=True)
    for heading in ("cases", *counts, *(("error/bound", "PyTorch's") if with_accuracy else ())):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    for layer, result in run.layers.items():
        numbers = [sum(getattr(result, status.value) for status in counted) for counted in counts.values()]
        verdict = _verdict(result)
        texts = [str(result.planned), *(str(number or "") for number in numbers)]
        table.add_row(layer, verdict, *texts, *(_accuracy(result) if with_accuracy else ()))
    return table


def _verdict(result: LayerResult) -> Text:
    judged = sum(getattr(result, status.value) for status in Status)
    if judged < result.planned and result.verdict == "conforms":
        return Text("unfinished", "yellow")
    return Text(result.verdict, STYLES[result.verdict])


def _has_accuracy(result: LayerResult) -> bool:
    """Whether the accuracy of a layer is shown: not where cases failed, because only passed cases are measured."""
    return result.verdict == "conforms" and result.accuracy is not None


def _accuracy(result: LayerResult) -> tuple[str, str]:
    if result.accuracy is None or not _has_accuracy(result):
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
        sentence = f": {diagnosis.says} (explains {plural(diagnosis.cases, 'failing case')})"
        _print_wrapped(console, Text.assemble(("It behaves as if", "bold"), sentence), 2, 4)
    explained = [failure for failure in failures if failure.minimal_case] or failures
    for number, failure in enumerate(explained[:SHOWN_FAILURES]):
        if number:
            console.print()
        _print_failure(console, failure)
    kinds = {(failure.status, failure.check, failure.result) for failure in failures}
    further = len(kinds) - min(SHOWN_FAILURES, len(explained))
    if further > 0:
        console.print()
        sentence = f"and {plural(further, 'more kind')} of failure; --html F and --json F show all cases"
        _print_wrapped(console, Text(sentence, "dim"), 2, 4)


def _print_failure(console: Console, failure: FailureRecord) -> None:
    smallest = failure.minimal_case
    message = smallest.message if smallest else failure.message
    _print_wrapped(console, Text.assemble((failure.check or failure.status.value, "red"), f": {message}"), 2, 4)
    if smallest:
        _print_wrapped(console, Text(smallest.description, "cyan"), 4, 6)
        for line in _numbers(smallest, failure.result):
            _print_wrapped(console, line, 4, 6)
    console.print(f"    repeat: {escape(failure.repeat)}", highlight=False, soft_wrap=True)


def _print_wrapped(console: Console, text: Text, first: int = 0, rest: int = 0) -> None:
    """Print a paragraph with its first line indented by ``first`` and the others by ``rest``."""
    indent = first
    for line in text.wrap(console, max(20, console.width - rest)):
        line.rstrip()
        console.print(Text(" " * indent) + line, highlight=False, soft_wrap=True)
        indent = rest


def _numbers(smallest: MinimalCase, result: str) -> Iterable[Text]:
    """The arrays of the call that are small enough to be read, a line each; wrong elements of the result are marked."""
    values: dict[str, Any] = dict(smallest.values)
    returned, expected = values.pop("got", {}), values.pop("expected", {})
    grad_output = values.pop("grad_output", None)
    shown = {name: value for name, value in values.items() if not isinstance(value, str)}
    if result.startswith("grad_") and not isinstance(grad_output, str):
        shown["grad_output"] = grad_output
    truth = expected.get(result)
    for name, value in [*shown.items(), ("expected", truth), ("got", returned.get(result))]:
        if value is None:
            continue
        text = _array(value, truth if name == "got" else value)
        if len(text) <= LONGEST_ARRAY:
            yield Text(f"{name} = ", "dim") + text
        elif name == "grad_output":
            yield Text(f"{name}: {_size(value)} numbers, shown by --html F and --json F", "dim")


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
        judged = sum(getattr(result, status.value) for result in run.layers.values() for status in Status)
        console.print(f"[yellow]Interrupted[/] after {judged} of {cases} planned cases, which are counted above.")
    counted = f"{plural(len(run.layers), 'layer')}, {plural(cases, 'case')}"
    verdict = (f"{run.plugin.name} {run.verdict}", STYLES[run.verdict])
    rest = f" at level {run.level}: {counted}, {run.seconds:.1f} s, seed {run.seed}"
    _print_wrapped(console, Text.assemble(verdict, rest), 0, 2)
