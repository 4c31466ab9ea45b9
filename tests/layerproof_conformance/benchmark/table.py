"""The result in the terminal: ratios to PyTorch eager, below 1 is faster."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from layerproof_conformance.benchmark.document import Bench, Measurement, StepSpeed


def print_bench(bench: Bench, console: Console) -> None:
    """Print steps, layers, and whether results were wrong or timings noisy."""
    where = (
        f"{bench.environment['processor']}, {_plural(bench.threads, 'thread')}, {bench.dtype}, batch {bench.batch_size}"
    )
    console.print(f"Time as a multiple of PyTorch eager's, below 1 is faster ({where})", highlight=False)
    if bench.layers:
        console.print(_layers(bench))
    if bench.steps:
        console.print(_steps(bench))
    machine = bench.machine
    console.print(
        f"Roof: {machine.gflops:.0f} GFLOP/s (matrix product), {machine.gigabytes_per_second:.0f} GB/s (copy in main "
        "memory; what stays in the cache can be faster than this roof)",
        style="dim", highlight=False,
    )  # fmt: skip
    _print_trust(bench, console)


def _layers(bench: Bench) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("layer", "shape", "plugin"):
        table.add_column(heading, no_wrap=heading != "shape")
    for heading in ("forward", "ms", "of roof", "backward", "ms", "of roof"):
        table.add_column(heading, justify="right", no_wrap=True)
    for layer, plugins in bench.layers.items():
        for plugin, speed in plugins.items():
            for shape in speed.shapes:
                cells = [*_cells(shape.forward), *_cells(shape.backward)]
                table.add_row(layer, shape.shape, escape(plugin), *cells)
    return table


def _cells(measurement: Measurement) -> tuple[str, str, str]:
    if measurement.ratio is None or measurement.milliseconds is None:
        return (
            f"[red]{escape(measurement.problem)}[/]" if measurement.problem != "declined" else "[yellow]declined[/]",
            "",
            "",
        )
    roof = "" if measurement.roof is None else f"{measurement.roof:.0%}"
    return _ratio(measurement), f"{measurement.milliseconds:.3f}", roof


def _ratio(measurement: Measurement) -> str:
    style = "green" if measurement.ratio is not None and measurement.ratio < 1 else "red"
    noise = "~" if measurement.noisy else " "
    return f"[{style}]{measurement.ratio:.2f}[/]{noise}"


def _steps(bench: Bench) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("training step", "plugin"):
        table.add_column(heading, no_wrap=True)
    for heading in ("ratio", "quartiles", "ms", "PyTorch ms", "hooks"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for network, plugins in bench.steps.items():
        for plugin, speed in plugins.items():
            table.add_row(f"network {network}", escape(plugin), *_step(speed))
    return table


def _step(speed: StepSpeed) -> tuple[str, ...]:
    measurement = speed.measurement
    if measurement.ratio is None or measurement.low is None or measurement.high is None:
        return "", "", "", "", "", f"[red]{escape(measurement.problem)}[/]"
    others = ", ".join(speed.others)
    return (
        _ratio(measurement),
        f"{measurement.low:.2f} to {measurement.high:.2f}",
        f"{measurement.milliseconds:.2f}",
        f"{measurement.pytorch_milliseconds:.2f}",
        f"{speed.overhead:.0%}",
        f"by the reference: {others}" if others else "",
    )


def _print_trust(bench: Bench, console: Console) -> None:
    shapes = [shape for plugins in bench.layers.values() for speed in plugins.values() for shape in speed.shapes]
    problems = sum(
        bool(m.problem) and m.problem != "declined" for shape in shapes for m in (shape.forward, shape.backward)
    )
    problems += sum(bool(s.measurement.problem) for plugins in bench.steps.values() for s in plugins.values())
    if problems:
        console.print(f"[red]{_plural(problems, 'measurement')} did not count, because the result was wrong.[/]")
    else:
        console.print("Every result that was timed has been verified afterwards.", highlight=False)
    if bench.noisy:
        console.print(
            f"[yellow]Noisy:[/] in {bench.noisy} of {_plural(bench.measurements, 'measurement')} (marked ~) the rounds "
            f"differ by more than a quarter.{_advice(bench)}",
            highlight=False,
        )


def _advice(bench: Bench) -> str:
    busy = bench.machine.load is not None and bench.machine.load > 0.3
    load = f" Other processes are running (load {bench.machine.load:.1f})." if busy else ""
    return f"{load} One thread each (--threads 1) is the steadiest." if bench.threads > 1 else load


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
