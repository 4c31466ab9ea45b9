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
    help="Measure a step of this network: A, B, C, lenet, cnn, attention.",
)
@click.option("--threads", type=click.IntRange(min=1), metavar="T", help="Threads of each; all cores unless given.")
@click.option("--batch-size", type=click.IntRange(min=1), default=64, show_default=True, metavar="B")
@click.option("--dtype", type=click.Choice(["float32", "float64"]), default="float32", show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=9, show_default=True, help="Turns of each contestant.")
@click.option("--json", "json_file", metavar="F", help="Write the document to this file, - for standard output.")
@click.option("--picture", metavar="F", help="Draw bars into this file, such as bench.svg (needs matplotlib).")
def bench(json_file: str | None, picture: str | None, **choices: Any) -> None:
    """Measure how fast each PLUGIN is, as a multiple of the time that PyTorch eager takes.

    Layers in the shapes of small networks, forward and backward, and whole training steps of those networks, in turns
    with PyTorch, with the same threads and memory settings, on inputs that change from call to call. A result that
    is wrong has no time. Networks: A is the model seed, B has two convolutions, C is the model deep. Exit status: 0
    measured, 1 a timed result was wrong, 2 usage error.

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
        found = run_bench(progress=progress, **choices)
    print_bench(found, Console(stderr=json_file == "-"))
    if picture:
        draw_bench(found, Path(picture))
    if json_file == "-":
        sys.stdout.buffer.write(found.to_json() + b"\n")
    elif json_file:
        Path(json_file).write_bytes(found.to_json())
    speeds = [speed for plugins in found.layers.values() for speed in plugins.values()]
    shapes = [one for speed in speeds for shape in speed.shapes for one in (shape.forward, shape.backward)]
    steps = [step.measurement for plugins in found.steps.values() for step in plugins.values()]
    wrong = any(one.problem not in ("", "declined") for one in (*shapes, *steps))
    click.get_current_context().exit(DOES_NOT_CONFORM if wrong else DONE)
