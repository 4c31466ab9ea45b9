"""The result in the terminal: ratios to PyTorch eager, below 1 is faster."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from layerproof_conformance.benchmark.document import Bench, Measurement, StepSpeed


def print_bench(found: Bench, console: Console) -> None:
    """Print steps, layers, and how far they are to be trusted."""
    where = (
        f"{found.environment['processor']}, {_plural(found.threads, 'thread')}, {found.dtype}, batch {found.batch_size}"
    )
    console.print(f"Time as a multiple of PyTorch eager's, below 1 is faster ({where})", highlight=False)
    if found.layers:
        console.print(_layers(found))
    if found.steps:
        console.print(_steps(found))
    machine = found.machine
    console.print(
        f"Roof: {machine.gflops:.0f} GFLOP/s (matrix product), {machine.gigabytes_per_second:.0f} GB/s (copy in main "
        "memory; what stays in the cache can be faster than this roof)",
        style="dim", highlight=False,
    )  # fmt: skip
    _print_trust(found, console)


def _layers(found: Bench) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("layer", "shape", "plugin"):
        table.add_column(heading, no_wrap=heading != "shape")
    for heading in ("forward", "ms", "of roof", "backward", "ms", "of roof"):
        table.add_column(heading, justify="right", no_wrap=True)
    for layer, plugins in found.layers.items():
        for plugin, speed in plugins.items():
            for shape in speed.shapes:
                cells = [*_cells(shape.forward), *_cells(shape.backward)]
                table.add_row(layer, shape.shape, escape(plugin), *cells)
    return table


def _cells(one: Measurement) -> tuple[str, str, str]:
    if one.ratio is None or one.milliseconds is None:
        return f"[red]{escape(one.problem)}[/]" if one.problem != "declined" else "[yellow]declined[/]", "", ""
    roof = "" if one.roof is None else f"{one.roof:.0%}"
    return _ratio(one), f"{one.milliseconds:.3f}", roof


def _ratio(one: Measurement) -> str:
    style = "green" if one.ratio is not None and one.ratio < 1 else "red"
    noise = "~" if one.noisy else " "
    return f"[{style}]{one.ratio:.2f}[/]{noise}"


def _steps(found: Bench) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("training step", "plugin"):
        table.add_column(heading, no_wrap=True)
    for heading in ("ratio", "quartiles", "ms", "PyTorch ms", "hooks"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for network, plugins in found.steps.items():
        for plugin, speed in plugins.items():
            table.add_row(f"network {network}", escape(plugin), *_step(speed))
    return table


def _step(speed: StepSpeed) -> tuple[str, ...]:
    one = speed.measurement
    if one.ratio is None or one.low is None or one.high is None:
        return "", "", "", "", "", f"[red]{escape(one.problem)}[/]"
    others = ", ".join(speed.others)
    return (
        _ratio(one), f"{one.low:.2f} to {one.high:.2f}", f"{one.milliseconds:.2f}", f"{one.pytorch_milliseconds:.2f}",
        f"{speed.overhead:.0%}", f"by the reference: {others}" if others else "",
    )  # fmt: skip


def _print_trust(found: Bench, console: Console) -> None:
    failed = [one for plugins in found.layers.values() for speed in plugins.values() for one in speed.shapes]
    problems = sum(bool(m.problem) and m.problem != "declined" for one in failed for m in (one.forward, one.backward))
    problems += sum(bool(s.measurement.problem) for plugins in found.steps.values() for s in plugins.values())
    if problems:
        console.print(f"[red]{_plural(problems, 'measurement')} did not count, because the result was wrong.[/]")
    else:
        console.print("Every result that was timed has been verified afterwards.", highlight=False)
    if found.noisy:
        console.print(
            f"[yellow]Noisy:[/] in {found.noisy} of {_plural(found.measurements, 'measurement')} (marked ~) the rounds "
            f"differ by more than a quarter.{_advice(found)}",
            highlight=False,
        )


def _advice(found: Bench) -> str:
    busy = found.machine.load is not None and found.machine.load > 0.3
    load = f" Other processes are running (load {found.machine.load:.1f})." if busy else ""
    return f"{load} One thread each (--threads 1) is the steadiest." if found.threads > 1 else load


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
