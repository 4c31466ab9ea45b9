"""The command-line shell: commands that packages add through a hook, and how errors of a user are reported."""

import importlib.metadata
import os
import re
import sys
import textwrap
import traceback
from pathlib import Path
from typing import Any

import click

from layerproof.command_hooks import layerproof_register_commands
from layerproof.completion import layer_names
from layerproof.errors import LayerProofError
from layerproof.exit_status import BROKEN_PIPE, INTERRUPTED, USAGE_ERROR
from layerproof.markers import PROJECT, hookimpl

COMMAND_GROUP = f"{PROJECT}.commands"
WIDE = 110
"""Columns from which the list of layers has room for their arguments."""
WRITTEN_WIDTH = 120
"""The longest line of a specification."""


class Shell(click.Group):
    """A group that turns what a user can cause into one line and an exit status."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line; standard output may be closed even for the help."""
        try:
            return super().main(*arguments, **options)
        except OSError as error:
            click.echo(f"Error: {_one_line(error)}", err=True)
            sys.exit(USAGE_ERROR)

    def invoke(self, context: click.Context) -> Any:
        """Run a command; with --debug show the traceback of what stops it."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor may Python write there at its end
            context.exit(BROKEN_PIPE)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            context.exit(INTERRUPTED)
        except (LayerProofError, OSError) as error:
            if context.params.get("debug"):
                traceback.print_exc()
            click.echo(f"Error: {_one_line(error)}", err=True)
            context.exit(USAGE_ERROR)


@click.group(
    cls=Shell,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  layerproof check reference                  judge the NumPy reference
  layerproof check my_layers.py --layer relu  judge one layer of your file
  layerproof train --model seed --epochs 1    train on MNIST, in seconds
  layerproof train --use conv2d=my_layers.py  train with your conv2d
""",
)
@click.version_option(package_name="layerproof", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Is my neural-network layer right?

    LayerProof compares hand-written layers with PyTorch, output and every gradient, and trains networks with
    them. A plugin is a Python file with functions marked @hookimpl; name it by path (my_layers.py), by module
    or by its installed name (see `layerproof plugins`).
    """


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split())


@hookimpl(specname="layerproof_register_commands")
def register_commands_of_the_shell(cli: click.Group) -> None:
    """Add the commands that list plugins and layers, write a new plugin, and complete words in a shell."""
    cli.add_command(plugins)
    cli.add_command(layers)
    cli.add_command(completion)
    cli.add_command(new)


@click.command(short_help="List the installed plugins.")
@click.option("--warm", is_flag=True, help="Let each plugin compile now what it would compile in its first calls.")
def plugins(warm: bool) -> None:
    """List the installed plugins and the layers each implements."""
    from rich.table import Table

    from layerproof.layers import find_layers
    from layerproof.loading import HookManager, installed_plugins, load_plugin
    from layerproof.terminal import Terminal

    table = Table("plugin", "version", "layers", "which", box=None, pad_edge=False, header_style="dim")
    total = len(find_layers())
    for name in installed_plugins():
        try:
            plugin = load_plugin(name)
        except LayerProofError as error:
            table.add_row(name, "", "-", f"[red]{_one_line(error)}[/red]")
            continue
        which = "all" if len(plugin.layers) == total else ", ".join(plugin.layers)
        table.add_row(name, plugin.version, f"{len(plugin.layers)} of {total}", which)
        if warm:
            manager = HookManager()
            manager.register(plugin.module, name=name)
            manager.hook.layerproof_warm()
    Terminal().print(table)


@click.command(short_help="List the layers, or show the contract of one.")
@click.argument("layer", required=False, shell_complete=layer_names)
def layers(layer: str | None) -> None:
    """List the layers of the contract, or show the contract of one LAYER."""
    from rich.table import Table

    from layerproof.layers import find_layers
    from layerproof.plugin_set import unknown_layer
    from layerproof.terminal import Terminal

    contracts, console = find_layers(), Terminal()
    if layer is not None:
        if layer not in contracts:
            raise unknown_layer(layer)
        click.echo(_wrapped(contracts[layer].contract(), console.width if console.is_terminal else WRITTEN_WIDTH))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("layer", no_wrap=True)
    with_arguments = console.width >= WIDE
    if with_arguments:
        table.add_column("forward arguments (* differentiable)")
    table.add_column("what it does")
    for name, contract in contracts.items():
        starred = ", ".join(
            f"{argument}*" if argument in contract.differentiable else argument for argument in contract.arguments
        )
        table.add_row(name, *([starred] if with_arguments else []), contract.summary.partition(": ")[2])
    console.print(table)
    click.echo(f"\n{len(contracts)} layers; `layerproof layers NAME` shows the whole contract of a layer.")


def _wrapped(text: str, width: int) -> str:
    """Wrap text again to a narrower width; what was a line by itself still begins a line."""
    paragraphs: list[str] = []
    above = ""
    for line in text.splitlines():
        goes_on = above and line.strip() and len(above) + 1 + len(line.split()[0]) > WRITTEN_WIDTH
        if goes_on:
            paragraphs[-1] += f" {line.strip()}"
        else:
            paragraphs.append(line)
        above = line
    return "\n".join(_filled(paragraph, width) for paragraph in paragraphs)


def _filled(paragraph: str, width: int) -> str:
    indent = " " * (len(paragraph) - len(paragraph.lstrip()))
    entry = indent and re.match(r"\w+(, \w+)*: ", paragraph.lstrip())
    return textwrap.fill(
        paragraph.strip(),
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=indent + ("    " if entry else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )


@click.command(short_help="Print a script for completion in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that completes commands, options, plugins and layers in SHELL.

    \b
    Examples:
      eval "$(layerproof completion bash)"      in ~/.bashrc
      eval "$(layerproof completion zsh)"       in ~/.zshrc
      layerproof completion fish | source       in config.fish
    """
    from click.shell_completion import get_completion_class

    chosen = get_completion_class(shell)
    assert chosen is not None
    click.echo(chosen(cli, {}, "layerproof", "_LAYERPROOF_COMPLETE").source())


@click.command(short_help="Write a plugin package that conforms.")
@click.argument("name")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    default=("relu",),
    show_default=True,
    metavar="L",
    shell_complete=layer_names,
    help="Start with this layer; may be given several times.",
)
@click.option(
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="Where the folder NAME is made.",
)
def new(name: str, layers: tuple[str, ...], directory: Path) -> None:
    """Write a plugin package NAME that installs, conforms and passes its own tests from the first minute.

    \b
    Examples:
      layerproof new my-layers
      layerproof new my-layers --layer conv2d --layer max_pool2d
    """
    from layerproof.new_plugin import create

    folder = create(name, tuple(dict.fromkeys(layers)), directory)
    click.echo(f"Created {folder} with {', '.join(dict.fromkeys(layers))}. Next:")
    click.echo(f"  cd {folder}\n  pip install -e '.[test]'\n  layerproof check {name} --level quick\n  pytest")


def load_commands() -> click.Group:
    """The command line with the commands of every package; a package that cannot be imported loses only its own."""
    import pluggy

    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(sys.modules[layerproof_register_commands.__module__])
    manager.register(sys.modules[__name__])
    for entry in sorted(importlib.metadata.entry_points(group=COMMAND_GROUP)):
        try:
            manager.register(entry.load(), name=entry.name)
        except Exception as error:
            click.echo(f"Warning: the commands of {entry.value} are missing: {_one_line(error)}", err=True)
    manager.hook.layerproof_register_commands(cli=cli)
    for command in cli.commands.values():
        if not any(parameter.name == "debug" for parameter in command.params):
            command.params.append(_debug_anywhere())
    return cli


def _debug_anywhere() -> click.Option:
    """Accept --debug after the name of a command, too."""

    def remember(context: click.Context, parameter: click.Parameter, given: bool) -> None:
        root = context.find_root()
        if given and root is not context:  # a command can also be run without the group
            root.params["debug"] = True

    return click.Option(["--debug"], is_flag=True, hidden=True, expose_value=False, callback=remember)


def main() -> None:
    """Run the command line."""
    load_commands()(prog_name="layerproof")
