"""The command ``layerproof bench``."""

import sys
from pathlib import Path
from typing import Any

import click

from layerproof import hookimpl
from layerproof.completion import layer_names, plugin_names
from layerproof.exit_status import DOES_NOT_CONFORM, DONE


@hookimpl
def layerproof_register_commands(cli: click.Group) -> None:
    """Add the command."""
    cli.add_command(bench)


@click.command(short_help="Time each layer beside PyTorch.")
@click.argument("plugins", nargs=-1, required=True, metavar="PLUGIN...", shell_complete=plugin_names)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="L",
    shell_complete=layer_names,
    help="Measure this layer; may be given several times.",
)
@click.option(
    "--network",
    "networks",
    multiple=True,
    metavar="N",
    help="Measure a training step of this network: A, B, C, lenet, cnn, attention; may be given several times.",
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="T",
    help="Threads of each plugin and of PyTorch.  [default: all cores]",
)
@click.option("--batch-size", type=click.IntRange(min=1), default=64, show_default=True, metavar="B")
@click.option("--dtype", type=click.Choice(["float32", "float64"]), default="float32", show_default=True)
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=9,
    show_default=True,
    help="How often each plugin and PyTorch take turns at each measurement.",
)
@click.option("--json", "json_file", metavar="F", help="Write the document to this file, - for standard output.")
@click.option("--picture", metavar="F", help="Draw bars into this file, such as bench.svg (needs matplotlib).")
def bench(json_file: str | None, picture: str | None, **choices: Any) -> None:
    """Measure how fast each PLUGIN is, as a multiple of the time that PyTorch eager takes.

    Measures layers, forward and backward, in the shapes they have in small networks, and whole training steps of
    these networks. Plugins and PyTorch take turns, with the same threads and memory settings; the inputs change from
    call to call. Results are compared with PyTorch in float64 after the timing; the time of a wrong result does not
    count. Networks: A is the model seed, B has two convolutions, C is the model deep. Exit status: 0 measured, 1 a
    timed result was wrong, 2 usage error.

    \b
    Examples:
      layerproof bench numba reference
      layerproof bench my_layers.py --layer conv2d --threads 1
      layerproof bench numba --network A --network C --json bench.json
    """
    from rich.console import Console

    from layerproof_conformance.benchmark.bench import bench as run_bench
    from layerproof_conformance.benchmark.picture import draw_bench
    from layerproof_conformance.benchmark.table import print_bench
    from layerproof_conformance.report.progress import shown_progress

    with shown_progress() as progress:
        document = run_bench(progress=progress, **choices)
    print_bench(document, Console(stderr=json_file == "-"))
    if picture:
        draw_bench(document, Path(picture))
    if json_file == "-":
        sys.stdout.buffer.write(document.to_json() + b"\n")
    elif json_file:
        Path(json_file).write_bytes(document.to_json())
    speeds = [speed for plugins in document.layers.values() for speed in plugins.values()]
    halves = [half for speed in speeds for shape in speed.shapes for half in (shape.forward, shape.backward)]
    steps = [step.measurement for plugins in document.steps.values() for step in plugins.values()]
    wrong = any(measured.problem not in ("", "declined") for measured in (*halves, *steps))
    click.get_current_context().exit(DOES_NOT_CONFORM if wrong else DONE)
