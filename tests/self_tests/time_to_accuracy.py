"""How long does training take to an accuracy, with plugins and in PyTorch eager?

    python tests/self_tests/time_to_accuracy.py --use numba --model deep --learning-rate 0.1 --accuracy 99

Both start from the same parameters, and take the same batches with the same optimiser, schedule and threads; they take
turns, a part of an epoch each, so that a machine which grows slower does so for both. After each part the network is
tested on all test images; the time of that is not counted, nor is that of the first steps, which compile and set up.
The time to an accuracy is the time of training up to the first test that shows it.
"""

import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
from accuracy_contestant import Part, Task, serve
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from layerproof import LayerProofError
from layerproof_conformance.benchmark.processes import ContestantProcess
from layerproof_conformance.types.environment import usable_cores
from layerproof_train.commands import train
from layerproof_train.recipe import Recipe

PYTORCH = "PyTorch"
RECIPE = [option for option in train.params if option.name in Recipe.__dataclass_fields__ and option.name != "seed"]
NOT_REACHED = 1

Report = Callable[[str, float, float], None]
"""Told who has done which share of the run, and with which accuracy."""


@dataclass
class Runner:
    """How far one contestant has got."""

    process: ContestantProcess
    parts: list[Part] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The time of training so far."""
        return sum(part.seconds for part in self.parts)

    @property
    def steps(self) -> int:
        """The steps so far."""
        return sum(part.steps for part in self.parts)

    def has_reached(self, accuracy: float) -> bool:
        """Whether the last test showed this accuracy."""
        return bool(self.parts) and self.parts[-1].accuracy >= accuracy


@dataclass(frozen=True)
class Result:
    """The time to the accuracy, or to the end of the run where it was not reached, and the last accuracy."""

    seconds: float
    steps: int
    accuracy: float
    reached: bool


def race(task: Task, accuracy: float, threads: int, report: Report) -> dict[str, Result]:
    """Train with plugins and in PyTorch, in turns, until both have reached the accuracy or the run is over."""
    ours = ", ".join(task.uses) or "reference"
    parts = task.recipe.epochs * task.parts
    with ExitStack() as stack:
        runners = {
            name: Runner(stack.enter_context(ContestantProcess(plugin, threads, serve)))
            for name, plugin in ((ours, ours), (PYTORCH, ""))
        }
        for runner in runners.values():
            runner.process.request("prepare", task)
        for number in range(parts):
            for name, runner in runners.items():
                if not runner.has_reached(accuracy):
                    runner.parts.append(runner.process.request("go"))
                    report(name, (number + 1) / parts, runner.parts[-1].accuracy)
    return {
        name: Result(runner.seconds, runner.steps, runner.parts[-1].accuracy, runner.has_reached(accuracy))
        for name, runner in runners.items()
    }


def tables(results: Sequence[dict[str, Result]], first_seed: int) -> Table:
    """All runs."""
    table = Table("seed", "layers by", "seconds", "steps", "ms a step", "accuracy", box=None)
    for number, named in enumerate(results):
        for name, result in named.items():
            accuracy = f"{100 * result.accuracy:.2f} %" + ("" if result.reached else ", not reached")
            per_step = f"{1e3 * result.seconds / result.steps:.2f}"
            table.add_row(
                str(first_seed + number), name, f"{result.seconds:.1f}", f"{result.steps}", per_step, accuracy
            )
    return table


def summary(results: Sequence[dict[str, Result]], accuracy: float, threads: int) -> str:
    """The medians and their ratio, where all have reached the accuracy, and the ratio of the time of a step."""
    ours, theirs = results[0]
    per_step = statistics.median(
        (named[ours].seconds / named[ours].steps) / (named[theirs].seconds / named[theirs].steps) for named in results
    )
    runs = f"median of {len(results)}" if len(results) > 1 else "one run"
    conditions = f"({runs}; {threads} {'threads' if threads > 1 else 'thread'} each, tests not counted)"
    missed = [name for name in (ours, theirs) if not all(named[name].reached for named in results)]
    if missed:
        return (
            f"{100 * accuracy:g} % was not reached with {' nor with '.join(missed)}; a step with {ours} takes "
            f"{per_step:.2f} of the time of {theirs} {conditions}"
        )
    first, second = (statistics.median(named[name].seconds for named in results) for name in (ours, theirs))
    return (
        f"{100 * accuracy:g} % in {first:.1f} s with {ours}, in {second:.1f} s with {theirs}: {first / second:.2f} of "
        f"its time, {per_step:.2f} a step {conditions}"
    )


def _add_recipe(command: click.Command) -> click.Command:
    command.params += RECIPE
    return command


@_add_recipe
@click.command()
@click.option("--use", "uses", multiple=True, metavar="PLUGIN | LAYER=PLUGIN", help="As in `layerproof train`.")
@click.option("--accuracy", type=click.FloatRange(0, 100), default=99.0, show_default=True, help="In percent.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="Runs, each of another seed.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The first.")
@click.option("--threads", type=click.IntRange(min=1), help="Of each; all cores unless given.")
@click.option("--parts", type=click.IntRange(min=1), default=4, show_default=True, help="Tests in an epoch.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="As in `layerproof train`.")
@click.pass_context
def main(
    context: click.Context,
    /,
    uses: Sequence[str],
    accuracy: float,
    seeds: int,
    seed: int,
    threads: int | None,
    parts: int,
    data: Path | None,
    **recipe: Any,
) -> None:
    """Train with plugins and in PyTorch to an accuracy on the test images, and say how long each took."""
    console, errors = Console(), Console(stderr=True)
    threads = threads or usable_cores()
    columns = TextColumn("{task.description:40}"), BarColumn(), TimeElapsedColumn()
    results = []
    try:
        asked = Recipe(**recipe, seed=seed)
        with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
            bar = progress.add_task("compiling", total=seeds)
            for number in range(seeds):
                task = Task(replace(asked, seed=seed + number), uses, data, parts)

                def report(name: str, share: float, reached: float, number: int = number) -> None:
                    text = f"seed {seed + number}, {name}: {100 * reached:.2f} %"
                    progress.update(bar, description=text, completed=number + share)

                results.append(race(task, accuracy / 100, threads, report))
    except LayerProofError as error:
        raise click.UsageError(str(error)) from error
    console.print(tables(results, seed))
    console.print(summary(results, accuracy / 100, threads), highlight=False, soft_wrap=True)
    if not all(result.reached for named in results for result in named.values()):
        context.exit(NOT_REACHED)


if __name__ == "__main__":
    sys.exit(main())
