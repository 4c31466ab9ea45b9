"""The command ``layerproof train``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from layerproof import hookimpl
from layerproof_train.models import MODELS

INTERRUPTED = 130


@hookimpl
def layerproof_register_commands(cli: click.Group) -> None:
    """Add the command ``train``."""
    cli.add_command(train)


@click.command()
@click.option(
    "--use",
    "uses",
    multiple=True,
    metavar="PLUGIN | LAYER=PLUGIN",
    help="A plugin for all layers, or for one; may be repeated. Plugins are asked in the order given, and that of a "
    "layer first; the reference is asked last.",
)
@click.option("--model", type=click.Choice(list(MODELS)), default="lenet", show_default=True, help="The network.")
@click.option("--epochs", type=click.IntRange(min=1), default=5, show_default=True, help="Passes over the images.")
@click.option("--batch-size", type=click.IntRange(min=1), default=64, show_default=True, help="Images in a step.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same gives the same run.")
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="DIR", help="Four IDX files, plain or gzip.  [default: MNIST]"
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write metrics.jsonl into this directory.")
@click.option("--optimiser", type=click.Choice(["sgd", "adam"]), default="sgd", show_default=True)
@click.option("--learning-rate", type=float, help="At the start.  [default: 0.05 for sgd, 0.002 for adam]")
@click.option("--momentum", type=float, default=0.9, show_default=True, help="Of sgd, with Nesterov's correction.")
@click.option("--weight-decay", type=float, default=0.0, show_default=True, help="Added to the gradients.")
@click.option(
    "--schedule",
    type=click.Choice(["constant", "linear", "cosine"]),
    default="linear",
    show_default=True,
    help="How the learning rate falls to 0 in the course of the run.",
)
@click.option("--filters", type=click.IntRange(min=1), help="Of the first convolution.  [default: the model's own]")
@click.option("--strict-plugins", is_flag=True, help="Ask no plugin but those given, and stop when one declines.")
@click.pass_context
def train(context: click.Context, /, uses: Sequence[str], strict_plugins: bool, **recipe: Any) -> None:
    """Train a network on handwritten digits, with layers computed by plugins.

    Prints the loss and the accuracy on the test images after each epoch, and at the end which plugin computed what.
    """
    ordered, chosen = parse_uses(uses)

    from layerproof_train import training
    from layerproof_train.console import Console, one_line_warnings, print_served
    from layerproof_train.errors import TrainingError
    from layerproof_train.plugins import plugin_set

    with one_line_warnings():
        plugins = plugin_set(ordered, chosen, strict=strict_plugins)
        console = Console()
        try:
            with console:
                training.train(plugins, observer=console, **recipe)
        except KeyboardInterrupt:
            print_served(plugins)
            click.echo(f"Interrupted after {console.epochs_done} of {recipe['epochs']} epochs.", err=True)
            context.exit(INTERRUPTED)
        except MemoryError as error:
            raise TrainingError(f"not enough memory: {error}") from error
        print_served(plugins)


def parse_uses(uses: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Split the values of --use into plugins for all layers, in order, and plugins for one layer."""
    ordered: list[str] = []
    chosen: dict[str, str] = {}
    for use in uses:
        layer, equals, plugin = use.partition("=")
        if not (equals and layer.isidentifier()):  # a path may contain =
            layer, plugin = "", use
        if not plugin:
            raise click.BadParameter(f"{use!r} names no plugin", param_hint="'--use'")
        if layer in chosen:
            raise click.BadParameter(f"{layer} is given to {chosen[layer]} and to {plugin}", param_hint="'--use'")
        if layer:
            chosen[layer] = plugin
        else:
            ordered.append(plugin)
    return ordered, chosen
