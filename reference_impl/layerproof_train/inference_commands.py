"""The commands ``layerproof evaluate`` and ``layerproof predict``, which use a trained network."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from layerproof import PluginSet

RUN = click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
USE = click.option(
    "--use", "uses", multiple=True, metavar="PLUGIN | LAYER=PLUGIN", help="As in train.  [default: those of the run]"
)
BEST = click.option(
    "--best", is_flag=True, help="Use the checkpoint with the best test accuracy instead of the last one."
)


@click.command(short_help="Test a trained network.")
@RUN
@USE
@BEST
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="DIR", help="Four IDX files.  [default: those of the run]"
)
@click.option(
    "--pictures",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Draw learning curves, confusion matrix, misclassified images and filters into this directory.",
)
def evaluate(run: Path, uses: Sequence[str], best: bool, data: Path | None, pictures: Path | None) -> None:
    """Test the network of RUN, the directory of a training run or a checkpoint of one, on the test images.

    Prints the accuracy and the most frequent confusions.
    """
    import numpy as np

    from layerproof_data import load_digits
    from layerproof_train.console import one_line_warnings, print_evaluation, shown_testing
    from layerproof_train.errors import TrainingError
    from layerproof_train.run_folder import read_config, read_history
    from layerproof_train.trained import Trained

    with one_line_warnings():
        trained = Trained.load(run, best)
        if data is None and run.is_dir() and (directory := read_config(run).get("directory")):
            data = Path(directory)
        digits = load_digits(data)
        if int(digits.test_labels.max()) >= trained.model.classes:
            raise TrainingError(
                f"the network of {run} tells {trained.model.classes} classes apart, but a test label is "
                f"{digits.test_labels.max()}"
            )
        with shown_testing(len(digits.test_images)) as progress:
            probabilities = trained.probabilities(_plugins(run, uses), digits.test_images, progress)
        print_evaluation(np.asarray(digits.test_labels), probabilities)
        if pictures is not None:
            from layerproof_train.pictures import draw_all

            history = read_history(run) if run.is_dir() else []
            images, labels = digits.test_images, digits.test_labels
            for path in draw_all(pictures, history, trained.network, images, labels, probabilities):
                click.echo(str(path))


@click.command(short_help="Say which digit an image shows.")
@RUN
@click.argument("images", type=click.Path(path_type=Path), metavar="IMAGE...", nargs=-1, required=True)
@USE
@BEST
@click.option("--as-it-is", is_flag=True, help="Resize the picture only, without finding and centring a digit in it.")
def predict(run: Path, images: Sequence[Path], uses: Sequence[str], best: bool, as_it_is: bool) -> None:
    """Say which digit each IMAGE shows, with the network of RUN.

    An image is a picture of one digit, of any size, dark on light or light on dark.
    """
    import numpy as np

    from layerproof_train.console import one_line_warnings
    from layerproof_train.images import read_image
    from layerproof_train.trained import Trained

    with one_line_warnings():
        trained = Trained.load(run, best)
        height, width = trained.model.input_shape[1:]
        read = np.stack([read_image(path, (height, width), as_it_is) for path in images])
        for path, chances in zip(images, trained.probabilities(_plugins(run, uses), read), strict=True):
            order = np.argsort(-chances, kind="stable")[:3]
            first, *others = (f"{label} ({100 * chances[label]:.1f} %)" for label in order)
            click.echo(f"{path}: {first}; else {', '.join(others)}")


def _plugins(run: Path, uses: Sequence[str]) -> "PluginSet":
    from layerproof_train.plugin_options import parse_uses
    from layerproof_train.plugins import PluginChoice
    from layerproof_train.run_folder import read_config

    if not uses and run.is_dir():
        before = read_config(run).get("plugins")
        return (PluginChoice.from_json(before) if before else PluginChoice()).load()
    ordered, chosen = parse_uses(uses)
    return PluginChoice(tuple(ordered), chosen).load()
