"""The command ``layerproof check``."""

import sys
from pathlib import Path
from typing import Any

import click

from layerproof import hookimpl

CONFORMS, DOES_NOT_CONFORM, INTERRUPTED = 0, 1, 130


@hookimpl
def layerproof_register_commands(cli: click.Group) -> None:
    """Add the judge's commands."""
    cli.add_command(check)


@click.command()
@click.argument("plugin")
@click.option(
    "--layer", "layers", multiple=True, metavar="L", help="Judge this layer only; may be given several times."
)
@click.option(
    "--level",
    type=click.Choice(["quick", "standard", "exhaustive"]),
    default="standard",
    show_default=True,
    help="quick: seconds, for the edit loop; standard: the verdict that counts; exhaustive: many more cases.",
)
@click.option("--case", metavar="ID", help="Judge this one case only; each reported failure names its id.")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Seed of the generated cases; random unless given."
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes; up to two unless given.")
@click.option("--json", "json_file", metavar="F", help="Write the run document to this file, - for standard output.")
@click.option("--junit", "junit_file", metavar="F", help="Write JUnit XML to this file, - for standard output.")
@click.option(
    "--isolation",
    type=click.Choice(["process", "none"]),
    default="process",
    show_default=True,
    help="Where the plugin runs: in processes of its own, or, for debuggers, in this one.",
)
def check(plugin: str, json_file: str | None, junit_file: str | None, **choices: Any) -> None:
    r"""Judge PLUGIN: a file (my_layers.py), a module, or an installed plugin (reference).

    Compares the output and every gradient of each layer with PyTorch in float64, on real MNIST activations, edges
    and generated cases, within bounds derived from the arithmetic, and watches how the hooks behave. Exit status: 0
    conforms, 1 does not conform, 2 usage error, 130 interrupted.

    \b
    Examples:
      layerproof check my_layers.py --level quick
      layerproof check my_layers.py --layer conv2d --layer relu
      layerproof check reference --seed 1 --json run.json
    """
    from rich.console import Console

    from layerproof_conformance.junit import to_junit
    from layerproof_conformance.progress import shown_progress
    from layerproof_conformance.session import check as run_check
    from layerproof_conformance.terminal_report import print_report

    _check_writable(json_file, junit_file)
    with shown_progress() as progress:
        run = run_check(plugin, progress=progress, **choices)
    print_report(run, Console(stderr="-" in (json_file, junit_file)))
    if json_file:
        _write(json_file, run.to_json())
    if junit_file:
        _write(junit_file, to_junit(run))
    if run.interrupted:
        sys.exit(INTERRUPTED)
    sys.exit(CONFORMS if run.conforms else DOES_NOT_CONFORM)


def _check_writable(*files: str | None) -> None:
    """Refuse before the run what could not be written after it."""
    given = [file for file in files if file]
    if given.count("-") > 1:
        raise click.UsageError("only one of --json and --junit can be written to standard output")
    for file in given:
        if file != "-":
            with open(file, "ab"):
                pass


def _write(file: str, content: bytes) -> None:
    if file == "-":
        sys.stdout.buffer.write(content + b"\n")
    else:
        Path(file).write_bytes(content)
