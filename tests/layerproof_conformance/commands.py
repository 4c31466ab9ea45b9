"""The commands ``layerproof check`` and ``layerproof report``."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layerproof import hookimpl

if TYPE_CHECKING:
    from layerproof_conformance.run import Run

CONFORMS, DOES_NOT_CONFORM, INTERRUPTED = 0, 1, 130


@hookimpl
def layerproof_register_commands(cli: click.Group) -> None:
    """Add the judge's commands."""
    cli.add_command(check)
    cli.add_command(report)


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
@click.option("--html", "html_file", metavar="F", help="Write the report as one self-contained HTML file.")
@click.option(
    "--isolation",
    type=click.Choice(["process", "none"]),
    default="process",
    show_default=True,
    help="Where the plugin runs: in processes of its own, or, for debuggers, in this one.",
)
def check(plugin: str, json_file: str | None, junit_file: str | None, html_file: str | None, **choices: Any) -> None:
    r"""Judge PLUGIN: a file (my_layers.py), a module, or an installed plugin (reference).

    Compares the output and every gradient of each layer with PyTorch in float64, on real MNIST activations, edges
    and generated cases, within bounds derived from the arithmetic, and watches how the hooks behave. Exit status: 0
    conforms, 1 does not conform, 2 usage error, 130 interrupted.

    \b
    Examples:
      layerproof check my_layers.py --level quick
      layerproof check my_layers.py --layer conv2d --layer relu
      layerproof check reference --seed 1 --json run.json --html run.html
    """
    from rich.console import Console

    from layerproof_conformance.progress import shown_progress
    from layerproof_conformance.session import check as run_check
    from layerproof_conformance.terminal_report import print_report

    wanted = {"--json": json_file, "--junit": junit_file, "--html": html_file}
    _check_writable(wanted)
    if html_file:
        _check_html()
    with shown_progress() as progress:
        run = run_check(plugin, progress=progress, **choices)
    print_report(run, Console(stderr="-" in wanted.values()))
    _write_all(run, wanted)
    if run.interrupted:
        sys.exit(INTERRUPTED)
    sys.exit(CONFORMS if run.conforms else DOES_NOT_CONFORM)


@click.command()
@click.argument("run_file", metavar="RUN.json", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "-o", "--output", "html_file", metavar="F", help="Write an HTML file; print to the terminal if not given."
)
def report(run_file: str, html_file: str | None) -> None:
    r"""Show the run that `check --json` wrote to RUN.json, in the terminal or as one HTML file.

    \b
    Examples:
      layerproof report run.json
      layerproof report run.json -o run.html
    """
    from rich.console import Console

    from layerproof_conformance.run import read_run
    from layerproof_conformance.terminal_report import print_report

    run = read_run(run_file)
    if html_file:
        _check_writable({"--output": html_file})
        _write_all(run, {"--html": html_file})
    else:
        print_report(run, Console())


def _check_html() -> None:
    """Refuse before the run what needs a package that is not there."""
    from layerproof_conformance.html_report import template_environment

    template_environment()


def _check_writable(wanted: Mapping[str, str | None]) -> None:
    """Refuse before the run what could not be written after it."""
    to_stdout = [option for option, file in wanted.items() if file == "-"]
    if len(to_stdout) > 1:
        raise click.UsageError(f"only one of {' and '.join(to_stdout)} can be written to standard output")
    for file in wanted.values():
        if file and file != "-":
            with open(file, "ab"):
                pass


def _write_all(run: "Run", wanted: Mapping[str, str | None]) -> None:
    from layerproof_conformance.html_report import to_html
    from layerproof_conformance.junit import to_junit

    writers = {"--json": type(run).to_json, "--junit": to_junit, "--html": to_html}
    for option, file in wanted.items():
        if file:
            _write(file, writers[option](run))


def _write(file: str, content: bytes) -> None:
    if file == "-":
        sys.stdout.buffer.write(content + b"\n")
    else:
        Path(file).write_bytes(content)
