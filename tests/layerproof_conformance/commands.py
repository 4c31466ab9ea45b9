"""The judge's commands: ``layerproof check``, ``report`` and ``compare``."""

import os
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layerproof import hookimpl
from layerproof.completion import layer_names, plugin_names
from layerproof.exit_status import CONFORMS, DOES_NOT_CONFORM, INTERRUPTED

if TYPE_CHECKING:
    from layerproof_conformance.types.run_document import Run


@hookimpl
def layerproof_register_commands(cli: click.Group) -> None:
    """Add the judge's commands."""
    cli.add_command(check)
    cli.add_command(report)
    cli.add_command(compare)


@click.command(short_help="Judge the layers of a plugin.")
@click.argument("plugin", shell_complete=plugin_names)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="L",
    shell_complete=layer_names,
    help="Judge this layer only; the option may be repeated.",
)
@click.option(
    "--level",
    type=click.Choice(["quick", "standard", "exhaustive"]),
    default="standard",
    show_default=True,
    help="How many cases. quick takes seconds; standard gives the verdict that counts; exhaustive has many more.",
)
@click.option("--case", metavar="ID", help="Judge only the case with this id; each reported failure shows its id.")
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Seed of the generated cases.  [default: random]")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of judging processes, each with a worker process for the plugin.  [default: number of cores]",
)
@click.option("--json", "json_file", metavar="F", help="Write the run document to this file; - is standard output.")
@click.option("--junit", "junit_file", metavar="F", help="Write JUnit XML to this file; - is standard output.")
@click.option(
    "--html", "html_file", metavar="F", help="Write the report to this file, as one self-contained HTML page."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "github", "gradescope", "badge"]),
    default="text",
    show_default=True,
    help="Format of standard output. The text report goes to standard error if this is not text.",
)
@click.option(
    "--isolation",
    type=click.Choice(["process", "none"]),
    default="process",
    show_default=True,
    help="process: the plugin runs in separate processes; none: it runs in this process, for debugging.",
)
def check(
    plugin: str,
    json_file: str | None,
    junit_file: str | None,
    html_file: str | None,
    output_format: str,
    **choices: Any,
) -> None:
    """Judge PLUGIN: a file (my_layers.py), a module, or an installed plugin (reference).

    The output and every gradient of each layer are compared with PyTorch in float64, on MNIST activations, edge
    cases and generated cases. The error allowed is derived from the rounding of floating-point arithmetic. The hooks
    must also have no side effects. Exit status: 0 conforms, 1 does not conform, 2 usage error, 130 interrupted.

    \b
    Examples:
      layerproof check my_layers.py --level quick
      layerproof check my_layers.py --layer conv2d --layer relu
      layerproof check reference --seed 1 --json run.json --html run.html
    """
    from layerproof import LayerProofError
    from layerproof.terminal import Terminal
    from layerproof_conformance.report.formats import refused_by_gradescope
    from layerproof_conformance.report.progress import shown_progress
    from layerproof_conformance.report.terminal_report import print_report
    from layerproof_conformance.verdict.session import check as run_check

    format_file = "-" if output_format != "text" else None
    files = {"--json": json_file, "--junit": junit_file, "--html": html_file, f"--format {output_format}": format_file}
    _check_writable(files)
    if html_file:
        _check_html_libraries()
    try:
        with shown_progress() as progress:
            run = run_check(plugin, progress=progress, **choices)
    except LayerProofError as error:
        if output_format == "gradescope":  # Gradescope needs results for a submission that cannot be loaded too
            _write("-", refused_by_gradescope(str(error)))
        raise
    console = Terminal(stderr="-" in files.values())
    print_report(run, console)
    _write_all(run, files)
    written = [file for file in files.values() if file and file != "-"]
    if written:
        console.print(f"Wrote {', '.join(written)}", style="dim", markup=False, highlight=False, soft_wrap=True)
    if run.interrupted:
        sys.exit(INTERRUPTED)
    sys.exit(CONFORMS if run.conforms else DOES_NOT_CONFORM)


@click.command(short_help="Show a run as text, HTML, JUnit and others.")
@click.argument("run_file", metavar="RUN.json", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--output", metavar="F", help="Write to this file.  [default: standard output]")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "html", "json", "junit", "github", "gradescope", "badge"]),
    help="Format of the report.  [default: html if -o is given, otherwise text]",
)
@click.option(
    "--bench",
    "bench_file",
    metavar="BENCH.json",
    type=click.Path(exists=True, dir_okay=False),
    help="Add the speed of the same plugin, as `layerproof bench --json BENCH.json` measured it.",
)
def report(run_file: str, output: str | None, output_format: str | None, bench_file: str | None) -> None:
    """Show the run that `layerproof check --json RUN.json` wrote: as text, as HTML page, or for other programs.

    \b
    Examples:
      layerproof report run.json
      layerproof report run.json -o run.html
      layerproof report run.json --bench bench.json -o run.html
      layerproof report run.json --format badge -o badge.json
    """
    from layerproof.terminal import Terminal
    from layerproof_conformance.benchmark.speed import with_speed
    from layerproof_conformance.report.terminal_report import print_report
    from layerproof_conformance.types.run_document import read_run

    output_format = output_format or ("html" if output else "text")
    run = read_run(run_file)
    if bench_file:
        run = with_speed(run, bench_file)
    if output_format == "text":
        with open(output, "w", encoding="utf-8") if output else nullcontext() as file:
            print_report(run, Terminal(file=file))
    else:
        _check_writable({"--output": output})
        _write_all(run, {f"--format {output_format}": output or "-"})


@click.command(short_help="Show what changed between two runs.")
@click.argument("before_file", metavar="A.json", type=click.Path(exists=True, dir_okay=False))
@click.argument("after_file", metavar="B.json", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--accuracy-factor",
    type=click.FloatRange(min=1),
    default=2.0,
    show_default=True,
    help="Factor by which the error/bound of a layer may grow; more is a regression.",
)
@click.option(
    "--speed-factor",
    type=click.FloatRange(min=1),
    default=1.25,
    show_default=True,
    help="Factor by which the time of a layer, divided by PyTorch's, may grow, if both runs have it.",
)
def compare(before_file: str, after_file: str, accuracy_factor: float, speed_factor: float) -> None:
    """Show what changed from the run in A.json to the run in B.json.

    Verdicts, the cases of both runs, coverage, accuracy and speed are compared. Exit status: 0 nothing is worse, 1 at
    least one regression, 2 usage error.

    \b
    Example:
      layerproof compare main.json branch.json
    """
    from layerproof.terminal import Terminal
    from layerproof_conformance.report.run_comparison import Limits, changes
    from layerproof_conformance.report.terminal_report import print_changes
    from layerproof_conformance.types.run_document import read_run

    before, after = read_run(before_file), read_run(after_file)
    differences = changes(before, after, Limits(accuracy_factor, speed_factor))
    print_changes(before, after, differences, Terminal())
    sys.exit(DOES_NOT_CONFORM if any(change.regression for change in differences) else CONFORMS)


def _check_html_libraries() -> None:
    """Raise before the run if a library that the HTML report needs is not installed."""
    from layerproof_conformance.report.html_report import template_environment

    template_environment()


def _check_writable(files: Mapping[str, str | None]) -> None:
    """Raise before the run if a file cannot be written, or if two outputs go to standard output."""
    to_stdout = [option for option, file in files.items() if file == "-"]
    if len(to_stdout) > 1:
        raise click.UsageError(f"only one of {' and '.join(to_stdout)} can be written to standard output")
    for file in files.values():
        if file and file != "-":
            is_new = not os.path.exists(file)
            with open(file, "ab"):
                pass
            if is_new:
                os.remove(file)


def _write_all(run: "Run", files: Mapping[str, str | None]) -> None:
    from layerproof_conformance.report.formats import FORMATS
    from layerproof_conformance.report.html_report import to_html
    from layerproof_conformance.report.junit import to_junit

    writers = {"json": type(run).to_json, "junit": to_junit, "html": to_html, **FORMATS}
    for option, file in files.items():
        if file:
            _write(file, writers[option.removeprefix("--").removeprefix("format ")](run))


def _write(file: str, content: bytes) -> None:
    if file == "-":
        sys.stdout.buffer.write(content + b"\n")
        sys.stdout.flush()
        return
    try:
        Path(file).write_bytes(content)
    except OSError as error:  # the error of a full disk does not name the file
        raise OSError(error.errno, error.strerror, file) from error
