"""Lockstep tested: how many of the broken plugins does it name, at their layer, in the first steps of a training run?

    python tests/self_tests/lockstep_rate.py [--model cnn] [--steps 3] [PATH...]

trains with each broken plugin of the layers that the model has, and prints the rates per layer, and each plugin that
was not named, with what it says of itself: lockstep judges the calls that a network makes, so a defect that needs
another kind of call, such as a dilation or a second backward, stays unseen in a network that never makes it.
"""

import ast
import multiprocessing
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click
from kill_rate import BROKEN, HERE, defect_class, plugins
from rich.console import Console
from rich.progress import track
from rich.table import Table

from layerproof_train.choices import MODEL_NAMES

SECONDS = 300.0
"""The time after which a run is taken to hang."""


class Said(StrEnum):
    """What became of a training run with a broken plugin.

    ``named``: it stopped with the plugin, the hook and the layer of the network; ``refused``: it stopped with the
    plugin, because of an error or of results of the wrong form, as it does without lockstep; ``misled``: it stopped
    with another layer or plugin, or hung; ``unseen``: it went through.
    """

    NAMED = "named"
    REFUSED = "refused"
    MISLED = "misled"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Outcome:
    """What was said of a plugin, and the error or how its layer was answered."""

    path: Path
    said: Said
    text: str

    @property
    def layer(self) -> str:
        """The layer that the plugin breaks."""
        return self.path.parent.name


def lockstep(path: Path, model: str, steps: int, batch_size: int) -> Outcome:
    """Train with a plugin for some steps in lockstep, in this process."""
    from layerproof import LayerProofError
    from layerproof_data import Digits, load_digits
    from layerproof_train import train
    from layerproof_train.lockstep import Lockstep

    all_digits, count = load_digits(), steps * batch_size
    digits = Digits(
        all_digits.train_images[:count], all_digits.train_labels[:count],
        all_digits.test_images[:1], all_digits.test_labels[:1],
    )  # fmt: skip
    try:
        with tempfile.TemporaryDirectory() as folder:
            result = train(
                [str(path)],
                data=digits,
                model=model,
                epochs=1,
                batch_size=batch_size,
                observer=Lockstep(Path(folder)),
            )
    except LayerProofError as error:
        return Outcome(path, _said(path, str(error)), str(error))
    served = result.plugins.served[path.parent.name, str(path)]
    return Outcome(path, Said.UNSEEN, f"answered {served} calls" if served else "declined every call")


def _said(path: Path, text: str) -> Said:
    layer = path.parent.name
    place = "the loss" if layer == "cross_entropy" else r"layer \d+ of the network"
    named = rf"step \d+ diverges from PyTorch: {layer}_(forward|backward) of plugin {re.escape(str(path))}, {place}: "
    if re.match(named, text):
        return Said.NAMED
    return Said.REFUSED if str(path) in text and "diverges" not in text else Said.MISLED


def outcome(path: Path, model: str, steps: int, batch_size: int) -> Outcome:
    """The same in a process of its own, which a plugin may end or hold up."""
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch", "layerproof_train.training", "layerproof_conformance.verdict.lockstep"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, path, model, steps, batch_size))
    process.start()
    theirs.close()
    try:
        if not ours.poll(SECONDS):
            return Outcome(path, Said.MISLED, f"still running after {SECONDS:g} s")
        found: Outcome = ours.recv()
    except EOFError:
        return Outcome(path, Said.REFUSED, "ended the process")
    finally:
        process.kill()
        process.join()
    return found


def _send(answers: Connection, path: Path, model: str, steps: int, batch_size: int) -> None:
    try:
        found = lockstep(path, model, steps, batch_size)
    except Exception as error:
        found = Outcome(path, Said.MISLED, f"{type(error).__name__}: {error}")
    answers.send(found)


def outcomes(paths: Sequence[Path], model: str, steps: int, batch_size: int, jobs: int) -> Iterator[Outcome]:
    """Many plugins, several at a time."""
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(outcome, path, model, steps, batch_size) for path in paths]
        for future in track(waiting, f"training {model}", console=Console(stderr=True), transient=True):
            yield future.result()


def of_the_model(model: str) -> list[Path]:
    """The broken plugins of the layers of a model and of its loss."""
    from layerproof.chain import flattened
    from layerproof.chain.models import FILTERS, MODELS

    used = {defined.layer for defined in flattened(MODELS[model](FILTERS[model]), 10, model)} | {"cross_entropy"}
    return [path for path in plugins(BROKEN) if path.parent.name in used]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--model", type=click.Choice(MODEL_NAMES), default="cnn", show_default=True)
@click.option("--steps", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--batch-size", type=click.IntRange(min=1), default=40, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True)
def main(paths: Sequence[Path], model: str, steps: int, batch_size: int, jobs: int) -> None:
    """Print what lockstep said of each broken plugin that it did not name, and the rates."""
    console = Console()
    chosen = [one.resolve() for path in paths for one in (plugins(path) if path.is_dir() else [path])]
    found = list(outcomes(chosen or of_the_model(model), model, steps, batch_size, jobs))
    for one in found:
        if one.said is not Said.NAMED:
            line = f"[bold]{one.said}[/] {one.path.relative_to(HERE)} [{defect_class(one.path)}] {_about(one)}"
            console.print(line, soft_wrap=True, highlight=False)
    console.print(_table(found))
    counts = Counter(one.said for one in found)
    console.print(
        f"{model}, {steps} steps of {batch_size} images: {', '.join(f'{counts[said]} {said}' for said in Said)}, "
        f"of {len(found)} broken plugins",
        soft_wrap=True,
    )


def _about(one: Outcome) -> str:
    if one.said is not Said.UNSEEN:
        return one.text
    documentation = " ".join((ast.get_docstring(ast.parse(one.path.read_text())) or "").split())
    return f"({one.text}): {documentation}"


def _table(found: Sequence[Outcome]) -> Table:
    table = Table("layer", "plugins", *Said, box=None)
    for layer in sorted({one.layer for one in found}):
        counts = Counter(one.said for one in found if one.layer == layer)
        table.add_row(layer, str(counts.total()), *(str(counts[said]) for said in Said))
    return table


if __name__ == "__main__":
    main()
