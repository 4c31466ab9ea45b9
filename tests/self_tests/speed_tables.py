"""Measure everything that the documentation says about speed, and print it as a page in Markdown.

    python tests/self_tests/speed_tables.py [--quick] > docs/speed.md

It needs an idle machine, and takes about a quarter of an hour; --quick is for trying it out.
"""

import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from layerproof_conformance.benchmark.bench import bench
from layerproof_conformance.benchmark.document import Bench, Measurement
from layerproof_conformance.types.environment import usable_cores

PLUGINS = ("numba", "reference")
BATCHES = (1, 16, 64, 256)
LAYERPROOF = str(Path(sys.executable).with_name("layerproof"))
INTRODUCTION = """\
# Speed

Everything on this page was printed by `python tests/self_tests/speed_tables.py` on {date}, on {processor}
with {cores} cores, Python {python}, NumPy {numpy}, PyTorch {torch}.

Times are ratios to the time of PyTorch eager for the same call: below 1 is faster. PyTorch and each plugin run in a
process of their own, with the same number of threads and the same memory settings. They take turns and get other
inputs each time. The first calls of a turn, in which threads wake up, are not counted. A number is the median, and is
given only if the last timed result was right. `~` marks a time that varied by more than a quarter between rounds.
`layerproof bench` measures the same for your plugin."""


@click.command()
@click.option("--quick", is_flag=True, help="Few rounds, to see whether it works.")
def main(quick: bool) -> None:
    """Print the page."""
    rounds = 2 if quick else 15
    networks = ("A",) if quick else ("A", "B", "C", "lenet", "cnn", "attention")
    several = min(2, usable_cores())
    steps = {threads: bench(PLUGINS, networks=networks, threads=threads, rounds=rounds) for threads in (several, 1)}
    environment = steps[1].environment
    print(INTRODUCTION.format(date=f"{datetime.now(UTC):%Y-%m-%d}", **environment, **environment["libraries"]))
    _section("A training step", _steps(steps))
    by_batch = {
        size: bench(PLUGINS, networks=networks[:4], threads=1, batch_size=size, rounds=rounds) for size in BATCHES
    }
    _section("From small to large batches, one thread", _batches(by_batch))
    layers = ("relu",) if quick else ()
    everything = bench(PLUGINS, layers=layers or _layers(), threads=several, rounds=rounds)
    _section(f"Layers, {several} threads, batch 64", _layer_rows(everything))
    _section("An epoch: time and memory", _epochs(quick))
    _section("The judge: cases per second", _judge(quick))


def _section(title: str, rows: Iterable[str]) -> None:
    print(f"\n## {title}\n")
    for row in rows:
        print(row, flush=True)


def _table(*headings: str) -> list[str]:
    return [f"| {' | '.join(headings)} |", f"|{'|'.join('---' if not n else '---:' for n in range(len(headings)))}|"]


def _layers() -> list[str]:
    from layerproof_conformance.benchmark.shapes import layer_tasks

    return list(dict.fromkeys(task.layer for task in layer_tasks(1, "float32")))


def _steps(steps: dict[int, Bench]) -> Iterator[str]:
    yield "A step is forward, loss, backward and plain SGD, with batch size 64, in float32."
    yield "A, B and C are small networks (seed, one with two convolutions, deep); the others are built-in models.\n"
    yield from _table("network", "threads", *PLUGINS, "PyTorch ms")
    for name in steps[1].steps:
        for threads, document in steps.items():
            by_plugin = {plugin: speed.measurement for plugin, speed in document.steps[name].items()}
            cells = [_ratio(measurement) for measurement in by_plugin.values()]
            pytorch = [m.pytorch_milliseconds for m in by_plugin.values() if m.pytorch_milliseconds]
            yield _row(name, threads, *cells, *(f"{milliseconds:.2f}" for milliseconds in pytorch[:1]))


def _batches(by_batch: dict[int, Bench]) -> Iterator[str]:
    yield "The time of a step as a ratio to PyTorch's, and in brackets its time per image in microseconds. For large"
    yield "batches the time per image stays about the same.\n"
    yield from _table("network, plugin", *(f"batch {size}" for size in by_batch))
    for name in next(iter(by_batch.values())).steps:
        for plugin in PLUGINS:
            measured = [(size, run.steps[name][plugin].measurement) for size, run in by_batch.items()]
            yield _row(f"{name}, {plugin}", *(f"{_ratio(m)} ({_each(m, size)})" for size, m in measured))


def _each(measurement: Measurement, images: int) -> str:
    return "" if measurement.milliseconds is None else f"{1e3 * measurement.milliseconds / images:.0f} us"


def _layer_rows(document: Bench) -> Iterator[str]:
    yield from _table("layer", "shape", *(f"{plugin} {half}" for plugin in PLUGINS for half in ("forward", "backward")))
    for layer, plugins in document.layers.items():
        shapes = [speed.shapes for speed in plugins.values()]
        for same in zip(*shapes, strict=True):
            yield _row(
                layer, same[0].shape, *(_ratio(half) for result in same for half in (result.forward, result.backward))
            )


def _ratio(measurement: Measurement) -> str:
    return (
        measurement.problem
        if measurement.ratio is None
        else f"{measurement.ratio:.2f}{'~' if measurement.noisy else ''}"
    )


def _row(*cells: Any) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _epochs(quick: bool) -> Iterator[str]:
    yield "The time of `layerproof train --use numba --epochs 1` from start to end, evaluation included, and its"
    yield "largest resident memory, for parts of the 60,000 images.\n"
    yield from _table("model", "images", "seconds in all", "seconds of training", "memory, MB")
    for model in ("seed",) if quick else ("seed", "lenet", "deep"):
        for images in (15_000, 30_000, 60_000):
            with tempfile.TemporaryDirectory() as folder:
                _subset(Path(folder), images)
                arguments = ["train", "--model", model, "--use", "numba", "--epochs", "1", "--data", folder]
                seconds, memory = _measured([*arguments, "--out", f"{folder}/run"])
                (line,) = (Path(folder) / "run" / "metrics.jsonl").read_text().splitlines()
                yield _row(model, images, f"{seconds:.1f}", f"{json.loads(line)['seconds']:.1f}", f"{memory:.0f}")


def _subset(folder: Path, images: int) -> None:
    """The first training images, and all test images, as IDX files."""
    from layerproof import data

    for source in Path(data.__file__).parent.glob("*ubyte*"):
        if not source.name.startswith("train"):
            shutil.copy(source, folder)
            continue
        content = gzip.decompress(source.read_bytes()) if source.suffix == ".gz" else source.read_bytes()
        start, each = (16, 784) if content[3] == 3 else (8, 1)
        header = content[:4] + images.to_bytes(4, "big") + content[8:start]
        (folder / source.name.removesuffix(".gz")).write_bytes(header + content[start : start + images * each])


def _measured(arguments: Sequence[str]) -> tuple[float, float]:
    """Seconds and largest resident memory in megabytes of a command."""
    start, largest = time.perf_counter(), 0.0
    process = subprocess.Popen([LAYERPROOF, *arguments], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        # not ru_maxrss, which begins with the memory of the process that started the other
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        largest = max([largest, *(float(line.split()[1]) for line in lines if line.startswith("VmHWM"))])
        time.sleep(0.02)
    if process.returncode:
        raise click.ClickException(f"layerproof {' '.join(arguments)} ended with status {process.returncode}")
    return time.perf_counter() - start, largest / 1024


def _judge(quick: bool) -> Iterator[str]:
    from layerproof_conformance import check

    level = "quick" if quick else "standard"
    rounds = 1 if quick else 3
    yield f"The time of `layerproof check PLUGIN --level {level}`, start included, in turns, medians of {rounds}."
    yield "One job already uses two processes, the judge and the worker of the plugin.\n"
    yield from _table("plugin", "jobs", "cases", "seconds", "cases per second")
    for plugin in ("reference", "numba", "loops"):
        seconds: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(rounds):
            for jobs, taken in seconds.items():
                run = check(plugin, level=level, seed=1, jobs=jobs)
                taken.append(run.seconds)
        cases = sum(layer.planned for layer in run.layers.values())
        for jobs, taken in seconds.items():
            median = statistics.median(taken)
            yield _row(plugin, jobs, cases, f"{median:.1f}", f"{cases / median:.0f}")


if __name__ == "__main__":
    main()
