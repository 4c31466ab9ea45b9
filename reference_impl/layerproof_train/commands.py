"""The command ``layerproof train``, and the registration of all of the trainer's commands."""

import shlex
from collections.abc import Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from layerproof import hookimpl
from layerproof.completion import uses as offered_uses
from layerproof.exit_status import INTERRUPTED
from layerproof_train.choices import INITIALISATIONS, MODEL_NAMES, OPTIMISERS, SCHEDULES
from layerproof_train.inference_commands import evaluate, predict

if TYPE_CHECKING:
    from layerproof import PluginSet
    from layerproof_train.plugins import PluginChoice


@hookimpl
def layerproof_register_commands(cli: click.Group) -> None:
    """Add the trainer's commands."""
    for command in (train, evaluate, predict):
        cli.add_command(command)


def _model_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    names = [CompletionItem(name) for name in MODEL_NAMES if name.startswith(incomplete)]
    return names or [CompletionItem(incomplete, type="file")]


@click.command(short_help="Train a network with layers of plugins.")
@click.option(
    "--use",
    "uses",
    multiple=True,
    metavar="PLUGIN | LAYER=PLUGIN",
    shell_complete=offered_uses,
    help="A plugin for all layers, or for one layer; may be repeated. Plugins are tried in the order given, a layer's "
    "own plugin first and the reference last.",
)
@click.option(
    "--model",
    default="lenet",
    show_default=True,
    metavar="NAME | FILE",
    shell_complete=_model_names,
    help=f"{', '.join(MODEL_NAMES)}, or a TOML file with layers.",
)
@click.option("--epochs", type=click.IntRange(min=1), default=5, show_default=True, help="Passes over the images.")
@click.option("--batch-size", type=click.IntRange(min=1), default=64, show_default=True, help="Images in a step.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed gives the same run."
)
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="DIR", help="Four IDX files, plain or gzip.  [default: MNIST]"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write metrics.jsonl, checkpoints and config.json into this directory.",
)
@click.option("--resume", is_flag=True, help="Continue the run in --out where it stopped, with its options.")
@click.option("--optimiser", type=click.Choice(OPTIMISERS), default="sgd", show_default=True)
@click.option("--learning-rate", type=float, help="Highest rate of the run.  [default: 0.05; 0.002 for adam, adamw]")
@click.option("--momentum", type=float, default=0.9, show_default=True, help="Momentum of sgd (Nesterov).")
@click.option(
    "--weight-decay",
    type=float,
    default=0.0,
    show_default=True,
    help="Share of the parameters that is added to their gradients; decoupled in adamw.",
)
@click.option(
    "--schedule",
    type=click.Choice(SCHEDULES),
    default="linear",
    show_default=True,
    help="How the learning rate changes during the run; one-cycle rises before it falls.",
)
@click.option(
    "--filters", type=click.IntRange(min=1), help="Filters of the first layer.  [default: depends on the model]"
)
@click.option(
    "--initialisation",
    type=click.Choice(INITIALISATIONS),
    default="pytorch",
    show_default=True,
    help="Initial parameters: the defaults of PyTorch's layers, or He et al.",
)
@click.option(
    "--label-smoothing",
    type=float,
    default=0.0,
    show_default=True,
    help="Share of the target that is spread over all classes.",
)
@click.option(
    "--clip-norm", type=float, metavar="NORM", help="Largest Euclidean norm of the gradients.  [default: none]"
)
@click.option("--augment", is_flag=True, help="Shift, rotate and scale the training images at random.")
@click.option(
    "--checkpoint-seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds between checkpoints; one is also written after each epoch.",
)
@click.option(
    "--lockstep",
    is_flag=True,
    help="Judge every call of every step against PyTorch, and stop at the first result out of bounds; slow.",
)
@click.option("--times", is_flag=True, help="Measure the time of each layer and plugin, and print it at the end.")
@click.option(
    "--tensorboard", type=click.Path(path_type=Path), metavar="DIR", help="Write logs that TensorBoard reads."
)
@click.option(
    "--pictures",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Draw the pictures of `evaluate --pictures` at the end.",
)
@click.option("--summary", is_flag=True, help="Print the layers, their shapes and plugins, without training.")
@click.option("--strict-plugins", is_flag=True, help="Use the given plugins only, and stop when one declines.")
@click.pass_context
def train(
    context: click.Context,
    /,
    uses: Sequence[str],
    strict_plugins: bool,
    data: Path | None,
    out: Path | None,
    resume: bool,
    checkpoint_seconds: float,
    summary: bool,
    lockstep: bool,
    times: bool,
    tensorboard: Path | None,
    pictures: Path | None,
    **recipe: Any,
) -> None:
    """Train a network on handwritten digits; plugins compute its layers.

    Prints the loss and the accuracy on the test images after each epoch, and at the end which plugin computed which
    layer.

    \b
    Examples:
      layerproof train --model seed --epochs 1
      layerproof train --use my_layers.py --out run
      layerproof train --out run --resume
    """
    from layerproof_data import load_digits
    from layerproof_train import training
    from layerproof_train.console import Console, one_line_warnings, print_lockstep, print_served, print_times
    from layerproof_train.errors import TrainingError
    from layerproof_train.layer_times import LayerTimes
    from layerproof_train.lockstep import Lockstep
    from layerproof_train.pictures import check_available, draw_all
    from layerproof_train.plugin_options import parse_uses
    from layerproof_train.plugins import PluginChoice
    from layerproof_train.tensorboard_log import TensorBoardLog

    with one_line_warnings():
        ordered, chosen = parse_uses(uses)
        choice = PluginChoice(tuple(ordered), chosen, strict_plugins)
        if resume:
            recipe, data, choice = _of_the_run(context, out, recipe, data, choice)
        measured = LayerTimes() if times else None
        plugins = choice.load([measured.plugin] if measured else [])
        if summary:
            _show_summary(plugins, recipe, data)
            return
        if lockstep and resume:
            raise click.UsageError("--lockstep follows a run from its start, and cannot be used with --resume")
        if pictures is not None:
            check_available()
        console = Console()
        judging = Lockstep(Path() if out is None else out) if lockstep else None
        log = TensorBoardLog(tensorboard) if tensorboard is not None else None
        observers = [observer for observer in (console, measured, judging, log) if observer is not None]
        try:
            with console, closing(log) if log is not None else nullcontext():
                result = training.train(
                    plugins,
                    observer=observers,
                    data=data,
                    out=out,
                    resume=resume,
                    checkpoint_seconds=checkpoint_seconds,
                    choice=choice,
                    **recipe,
                )
        except KeyboardInterrupt:
            print_served(plugins)
            click.echo(_interrupted(console.epochs_done, console.epochs, out), err=True)
            context.exit(INTERRUPTED)
        except MemoryError as error:
            raise TrainingError(f"not enough memory: {error}") from error
        print_served(plugins)
        if measured is not None:
            print_times(measured)
        if judging is not None:
            print_lockstep(judging)
        if pictures is not None:
            digits = load_digits(data)
            chances = result.trained.probabilities(plugins, digits.test_images)
            draw_all(pictures, result.history, result.network, digits.test_images, digits.test_labels, chances)


def _interrupted(done: int, epochs: int, out: Path | None) -> str:
    text = f"Interrupted after {done} of {epochs} epochs."
    return f"{text} Go on with: layerproof train --out {shlex.quote(str(out))} --resume" if out else text


def _of_the_run(
    context: click.Context, out: Path | None, recipe: dict[str, Any], data: Path | None, choice: "PluginChoice"
) -> tuple[dict[str, Any], Path | None, "PluginChoice"]:
    """The options of the run in ``out``, replaced by those that are given on the command line."""
    from layerproof_train.plugins import PluginChoice
    from layerproof_train.run_folder import read_config

    if out is None:
        raise click.UsageError("--resume needs --out, the directory of the run")
    config = read_config(out)

    def is_given(name: str) -> bool:
        return context.get_parameter_source(name) is ParameterSource.COMMANDLINE

    before = {name: value for name, value in config["recipe"].items() if name in recipe}
    recipe = before | {name: value for name, value in recipe.items() if is_given(name)}
    if not is_given("data") and config.get("directory"):
        data = Path(config["directory"])
    if not is_given("uses") and config.get("plugins"):
        choice = PluginChoice.from_json(config["plugins"])
    return recipe, data, choice


def _show_summary(plugins: "PluginSet", recipe: dict[str, Any], data: Path | None) -> None:
    from layerproof_data import load_digits
    from layerproof_train.console import print_summary
    from layerproof_train.recipe import Recipe
    from layerproof_train.training import build, check_supported

    network = build(Recipe(**recipe), load_digits(data))
    check_supported(network, plugins)
    print_summary(network, plugins)
