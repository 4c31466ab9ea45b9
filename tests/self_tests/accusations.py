"""Right plugins judged again and again: every failure is a false accusation.

    python tests/self_tests/accusations.py [--level standard] [--seeds 20] [--first SEED] [--layer L]... [PLUGIN...]

prints a line for each run, every accusation with the line that repeats it, and the sum. Without plugins: reference
and torch.
"""

from collections.abc import Sequence

import click
from rich.console import Console


@click.command()
@click.argument("plugins", nargs=-1)
@click.option("--level", default="standard", show_default=True)
@click.option("--seeds", default=20, show_default=True)
@click.option("--first", default=0, show_default=True)
@click.option("--layer", "layers", multiple=True)
@click.option("--jobs", type=int)
def main(plugins: Sequence[str], level: str, seeds: int, first: int, layers: Sequence[str], jobs: int | None) -> None:
    """Judge each plugin with each seed."""
    from layerproof_conformance import check

    console = Console(soft_wrap=True, highlight=False)
    cases = accusations = declined = 0
    for seed in range(first, first + seeds):
        for plugin in plugins or ("reference", "torch"):
            run = check(plugin, level=level, seed=seed, layers=layers, jobs=jobs)  # type: ignore[arg-type]
            planned = sum(layer.planned for layer in run.layers.values())
            cases, accusations = cases + planned, accusations + len(run.failures)
            declined += sum(layer.declined for layer in run.layers.values())
            console.print(f"seed {seed}: {plugin} {run.verdict}, {planned} cases, {run.seconds:.0f} s")
            for failure in run.failures:
                console.print(f"  {failure.message}\n  {failure.repeat} --seed {seed}", style="red")
    console.print(f"level {level}, {seeds} seeds: {cases} cases, {declined} declined, {accusations} accusations")


if __name__ == "__main__":
    main()
