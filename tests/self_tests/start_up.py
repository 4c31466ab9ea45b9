"""How long commands take that judge and train nothing, as a multiple of ``python -c "import numpy, click"``.

    python tests/self_tests/start_up.py [--rounds N]

All are started in turns, so that what else the machine does meets each of them; the smallest time of each counts.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

LAYERPROOF = str(Path(sys.executable).with_name("layerproof"))
YARDSTICK = (sys.executable, "-c", "import numpy, click")
MAKE_A_RUN = ("check", "reference", "--layer", "max_pool2d", "--level", "quick", "--seed", "1", "--json")


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=10, show_default=True, help="Starts of each command.")
def start_up(rounds: int) -> None:
    """Measure how fast commands start."""
    with tempfile.TemporaryDirectory() as folder:
        run = f"{folder}/run.json"
        subprocess.run([LAYERPROOF, *MAKE_A_RUN, run], check=True, capture_output=True)
        ours = ("--help", "check --help", "layers", "layers conv2d", "plugins", f"report {run}", f"compare {run} {run}")
        commands = {"": YARDSTICK, **{words: (LAYERPROOF, *words.split()) for words in ours}}
        times: dict[str, list[float]] = {words: [] for words in commands}
        for _ in range(rounds):
            for words, command in commands.items():
                started = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                times[words].append(time.perf_counter() - started)
    yardstick = min(times.pop(""))
    click.echo(f"{1000 * yardstick:6.0f} ms  1.00  python -c 'import numpy, click'")
    for words, measured in times.items():
        shown = f"layerproof {words}".replace(f"{folder}/", "")
        click.echo(f"{1000 * min(measured):6.0f} ms  {min(measured) / yardstick:.2f}  {shown}")


if __name__ == "__main__":
    start_up()
