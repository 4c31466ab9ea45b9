"""Pictures of a run: curves, confusions, the images it gets wrong, and the filters it has learned."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layerproof_train.errors import TrainingError
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Network

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]
SHOWN = 40
"""The most images in the gallery."""


def check_available() -> None:
    """Raise TrainingError, one line, where matplotlib is missing: before a run, rather than after it."""
    _figure(1, 1)


def draw_all(
    directory: Path,
    history: Sequence[EpochMetrics],
    network: Network,
    images: Array,
    labels: Array,
    probabilities: Array,
) -> list[Path]:
    """Draw all pictures of a run into a directory as SVG; returns their paths.

    Arguments:
        directory: made if it is not there.
        history: the metrics of the epochs.
        network: the trained one.
        images, labels: those it was tested on.
        probabilities: of the classes, for each image.

    Raises TrainingError, one line, where matplotlib is missing or a file cannot be written.
    """
    drawn = {
        "curves": curves(history),
        "confusion": confusion_matrix(labels, probabilities),
        "misclassified": misclassified(images, labels, probabilities),
        "filters": filters(network),
    }
    paths = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, figure in drawn.items():
            if figure is not None:
                paths.append(directory / f"{name}.svg")
                figure.savefig(paths[-1], bbox_inches="tight", metadata={"Date": None})
    except OSError as error:
        raise TrainingError(f"{error.filename or directory}: cannot be written: {error.strerror or error}") from error
    return paths


def curves(history: Sequence[EpochMetrics]) -> "Figure | None":
    """Loss and accuracy over the epochs."""
    if not history:
        return None
    figure = _figure(8, 3.2)
    losses, accuracy = figure.subplots(1, 2)
    epochs = [entry.epoch for entry in history]
    losses.plot(epochs, [entry.train_loss for entry in history], "o-", label="training")
    losses.plot(epochs, [entry.test_loss for entry in history], "s--", label="test")
    losses.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    losses.legend(frameon=False)
    accuracy.plot(epochs, [100 * entry.test_accuracy for entry in history], "s--", color="C1")
    accuracy.set(xlabel="epoch", ylabel="test accuracy in %")
    for axes in (losses, accuracy):
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    figure.tight_layout()
    return figure


def confusion_matrix(labels: Array, probabilities: Array) -> "Figure":
    """How often each class is taken for each; the colour is that of the mistakes."""
    classes = probabilities.shape[1]
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, probabilities.argmax(1)), 1)
    mistakes = counts.copy()
    np.fill_diagonal(mistakes, 0)
    figure = _figure(0.55 * classes + 1.5, 0.5 * classes + 1.2)
    axes = figure.subplots()
    largest = max(int(mistakes.max()), 1)
    axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=1.3 * largest)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            weight = "bold" if row == column else "normal"
            axes.text(column, row, f"{count}", ha="center", va="center", fontsize=8, fontweight=weight)
    axes.set(xlabel="taken for", ylabel="is", xticks=range(classes), yticks=range(classes))
    return figure


def misclassified(images: Array, labels: Array, probabilities: Array) -> "Figure | None":
    """The images that the network gets wrong, those it is surest of first."""
    guesses = probabilities.argmax(1)
    wrong = np.flatnonzero(guesses != labels)
    if not wrong.size:
        return None
    wrong = wrong[np.argsort(-probabilities[wrong, guesses[wrong]], kind="stable")]
    shown = wrong[:SHOWN]
    figure = _figure(9, 1.25 * math.ceil(len(shown) / 10) + 0.4)
    grid = np.atleast_1d(figure.subplots(math.ceil(len(shown) / 10), 10, squeeze=False)).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, index in zip(grid, shown, strict=False):
        axes.imshow(images[index], cmap="gray_r", vmin=0, vmax=255)
        guess = guesses[index]
        axes.set_title(f"is {labels[index]}, not {guess}\n({100 * probabilities[index, guess]:.0f} %)", fontsize=7)
    more = f" (the {len(shown)} surest)" if len(wrong) > len(shown) else ""
    figure.suptitle(f"{len(wrong)} of {len(labels)} images are misclassified{more}", fontsize=9)
    figure.tight_layout()
    return figure


def filters(network: Network) -> "Figure | None":
    """The kernels of the first layer, if that is a convolution: red for weights above 0, blue for those below."""
    stage = network.stages[0]
    if stage.layer != "conv2d":
        return None
    kernels = stage.parameters["weight"].mean(axis=1)
    columns = min(len(kernels), 8)
    rows = math.ceil(len(kernels) / columns)
    figure = _figure(columns, rows + 0.4)
    largest = float(np.abs(kernels).max()) or 1.0
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, kernel in zip(grid, kernels, strict=False):
        axes.imshow(kernel, cmap="RdBu_r", vmin=-largest, vmax=largest)
    figure.suptitle(f"the {len(kernels)} filters of the first layer, from -{largest:.2g} to {largest:.2g}", fontsize=9)
    return figure


def _figure(width: float, height: float) -> "Figure":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise TrainingError("pictures need matplotlib: pip install 'layerproof[report]'") from error
    return Figure(figsize=(width, height))
