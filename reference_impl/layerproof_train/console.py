"""The terminal output of a training run: progress, a line for each epoch, and tables of layers and plugins."""

import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click
import numpy as np

from layerproof import PluginDeclinedWarning, PluginSet
from layerproof.chain.axes import shape_text
from layerproof_data import Digits
from layerproof_train.batches import Array
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Network
from layerproof_train.observer import Observer
from layerproof_train.recipe import Recipe

if TYPE_CHECKING:
    from rich.progress import Progress

    from layerproof_train.layer_times import LayerTimes
    from layerproof_train.lockstep import Lockstep

REFRESH_SECONDS = 0.1


class Console(Observer, AbstractContextManager["Console"]):
    """Prints the results on standard output; draws a progress bar on standard error when that is a terminal."""

    def __init__(self) -> None:
        self.epochs_done = self.epochs = 0
        self._progress: Progress | None = None
        self._task: Any = None
        self._per_epoch = 0
        self._training_images = 0
        self._drawn = self._advanced = self._part_start = 0.0
        self._part = (0, "")

    def started(self, recipe: Recipe, network: Network, digits: Digits, plugins: PluginSet, epochs_done: int) -> None:
        """Print the sizes of network and data, and show the bar."""
        self.epochs_done = epochs_done
        height, width = digits.image_shape
        self.epochs, self._training_images = recipe.epochs, len(digits.train_images)
        self._per_epoch = len(digits.train_images) + len(digits.test_images)
        click.echo(
            f"model {recipe.model_name}: {network.values.size:,} parameters\n{len(digits.train_images):,} training and "
            f"{len(digits.test_images):,} test images of {height} x {width} in {digits.classes} classes"
        )
        if sys.stderr.isatty():
            self._progress = _progress_bar()
            self._task = self._progress.add_task(
                "", total=recipe.epochs * self._per_epoch, loss="", accuracy="", speed=""
            )
            self._progress.start()
            self._advanced = time.monotonic()

    def advanced(self, epoch: int, part: str, images: int, loss: float) -> None:
        """Move the bar, a few times a second."""
        if self._progress is None:
            return
        now = time.monotonic()
        if (epoch, part) != self._part:
            self._part, self._part_start = (epoch, part), self._advanced
        self._advanced = now
        if now - self._drawn < REFRESH_SECONDS:
            return
        self._drawn = now
        before = (epoch - 1) * self._per_epoch + (self._training_images if part == "testing" else 0)
        elapsed = now - self._part_start
        self._progress.update(
            self._task,
            completed=before + images,
            description=f"epoch {epoch}/{self.epochs} {part}",
            loss=f"loss {loss:.4f}",
            speed=f"{images / elapsed:,.0f} images/s" if elapsed > 0 else "",
        )

    def finished(self, metrics: EpochMetrics) -> None:
        """Print the line of an epoch."""
        self.epochs_done = metrics.epoch
        if self._progress is not None:
            self._progress.update(self._task, accuracy=f"{100 * metrics.test_accuracy:.2f} % right")
        print(  # and not click.echo, which writes past the bar into the middle of it
            f"epoch {metrics.epoch}/{self.epochs}: train loss {metrics.train_loss:.4f}, "
            f"test loss {metrics.test_loss:.4f}, test accuracy {100 * metrics.test_accuracy:.2f} %, "
            f"{metrics.seconds:.1f} s, {metrics.images_per_second:,.0f} images/s",
            flush=True,
        )

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


@contextmanager
def shown_testing(images: int) -> Iterator[Callable[[int], None]]:
    """A function that takes the number of images done and draws a bar where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    bar = _progress_bar()
    task = bar.add_task("testing", total=images, loss="", accuracy="", speed="")
    with bar:
        yield lambda done: bar.update(task, completed=done)


def _progress_bar() -> "Progress":
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[loss]}"),
        TextColumn("{task.fields[accuracy]}"),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Terminal(stderr=True),
        transient=True,
        # what goes to a file must not be drawn above the bar instead
        redirect_stdout=sys.stdout.isatty(),
    )


def print_served(plugins: PluginSet) -> None:
    """Print how often each plugin computed each layer, and every configuration that a plugin declined."""
    rows = [(layer, plugin, f"{calls:,}") for (layer, plugin), calls in sorted(plugins.served.items())]
    if rows:
        click.echo()
        _print_table(("layer", "plugin", "forward calls"), rows)
    if plugins.declined:
        click.echo()
        declined = sorted(plugins.declined.items())
        _print_table(
            ("declined", "by plugin", "calls", "configuration"),
            [(layer, plugin, f"{calls:,}", call) for (layer, plugin, call), calls in declined],
        )


def print_times(times: "LayerTimes") -> None:
    """Print how long each layer took with each plugin, forward and backward, the longest first."""
    total = sum(map(sum, times.seconds.values())) or 1.0
    click.echo("\nseconds in the layers while training:")
    _print_table(
        ("layer", "plugin", "forward", "backward", "share"),
        [
            (layer, plugin, f"{forward:.2f}", f"{backward:.2f}", f"{100 * (forward + backward) / total:.1f} %")
            for (layer, plugin), (forward, backward) in sorted(times.seconds.items(), key=lambda item: -sum(item[1]))
        ],
    )


def print_evaluation(labels: Array, probabilities: Array) -> None:
    """Print the accuracy, the loss, and the most frequent confusions."""
    guesses = probabilities.argmax(1)
    right = guesses == labels
    chances = np.maximum(probabilities[np.arange(len(labels)), labels], np.finfo(probabilities.dtype).tiny)
    click.echo(
        f"test accuracy {100 * right.mean():.2f} %, test loss {-np.log(chances).mean():.4f}: "
        f"{np.count_nonzero(~right):,} of {len(labels):,} images are wrong"
    )
    confusions = Counter(zip(labels[~right].tolist(), guesses[~right].tolist(), strict=True))
    if confusions:
        click.echo()
        rows = [(str(label), str(guess), str(count)) for (label, guess), count in confusions.most_common(10)]
        _print_table(("is", "taken for", "times"), rows)


def print_lockstep(lockstep: "Lockstep") -> None:
    """Print how close to PyTorch every layer stayed, and how far the parameters drifted."""
    click.echo(f"\nlockstep: {lockstep.calls:,} calls agree with PyTorch; the largest errors, 1 being the bound:")
    _print_table(
        ("layer", "plugin", "error"),
        [(layer, plugin, f"{ratio:.2f}") for (layer, plugin), ratio in sorted(lockstep.ratios.items())],
    )
    if lockstep.drifts:
        click.echo("\ndistance of the parameters from those of PyTorch in float64, each run free from the start:")
        _print_table(
            ("epoch", "these plugins", "PyTorch in float32"),
            [(str(drift.epoch), f"{drift.plugins:.2e}", f"{drift.pytorch:.2e}") for drift in lockstep.drifts],
        )


def print_summary(network: Network, plugins: PluginSet) -> None:
    """Print each layer with its output shape for one image, its number of parameters, and the plugin asked first."""
    rows = [("", "image", shape_text(network.input_shape), "", "")]
    for number, stage in enumerate(network.stages, 1):
        size = sum(array.size for array in stage.parameters.values())
        first = plugins.implementations(stage.layer)[0]
        shape = shape_text(stage.planned.output_shape)
        rows.append((str(number), stage.layer, shape, f"{size:,}" if size else "", first))
    _print_table(("", "layer", "gives", "parameters", "plugin"), rows)
    click.echo(f"{network.values.size:,} parameters")


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@contextmanager
def one_line_warnings() -> Iterator[None]:
    """Show each warning as one line on standard error, and always those about declined configurations."""

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = " ".join(str(message).split())
        where = "" if issubclass(category, PluginDeclinedWarning) else f" ({category.__name__}, {filename}:{lineno})"
        print(f"Warning: {text}{where}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", PluginDeclinedWarning)
        warnings.showwarning = show
        yield
