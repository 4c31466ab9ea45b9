"""The tester tested: how many of the broken plugins are caught, how many of the unusual right ones are accused.

    python tests/self_tests/kill_rate.py [--level standard] [--seed N] [--diagnose] [PATH...]

prints a line for each plugin that is judged wrongly, and the rates per class of defect and per layer. With --diagnose
it makes whole runs, and also prints what each report says that the plugin behaves as.
"""

import ast
import functools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

HERE = Path(__file__).parent
BROKEN, UNUSUAL = HERE / "broken_plugins", HERE / "unusual_plugins"


@dataclass(frozen=True)
class Outcome:
    """How one plugin was judged: the check that found it first, after how many cases, and what it behaves as."""

    path: Path
    layer: str
    defect_class: str
    conforms: bool
    found_by: str
    cases: int
    seconds: float
    says: tuple[str, ...] = ()


def plugins(folder: Path) -> list[Path]:
    """The plugin files of a folder."""
    return sorted(path for path in folder.rglob("*.py") if not path.name.startswith("_"))


def defect_class(path: Path) -> str:
    """The class that a broken plugin states, read without running it."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("DEFECT_CLASS", "UNUSUAL"):
            return str(ast.literal_eval(node.value))
    return "unstated"


def outcome(path: Path, level: str, seed: int, diagnose: bool = False) -> Outcome:
    """Judge one plugin, up to the first failing case unless a diagnosis is wanted."""
    from layerproof_conformance import check

    started = time.perf_counter()
    if diagnose:
        run = check(str(path), level=level, seed=seed, jobs=1)  # type: ignore[arg-type]
        found = run.failures[0].check if run.failures else ""
        says = tuple(one.says for layer in run.layers.values() for one in layer.diagnosis)
        cases = sum(layer.planned for layer in run.layers.values())
        return Outcome(
            path, path.parent.name, defect_class(path), run.conforms, found, cases, time.perf_counter() - started, says
        )
    found, cases = _first_failure(path, level, seed)
    seconds = time.perf_counter() - started
    return Outcome(path, path.parent.name, defect_class(path), not found, found, cases, seconds)


def _first_failure(path: Path, level: str, seed: int) -> tuple[str, int]:
    from layerproof import LayerProofError
    from layerproof_conformance.types.status import Status
    from layerproof_conformance.verdict.isolation import WorkerProcesses
    from layerproof_conformance.verdict.judge import ask, judge

    workers = WorkerProcesses(str(path))
    try:
        description = workers.describe()
        passed: Counter[str] = Counter()
        judged = 0
        for layer in description.layers:
            for case in _planned(layer, level, seed, description.unsupported_arguments[layer]):
                verdict = judge(ask(case, workers))
                judged += 1
                passed[layer] += verdict.status is Status.PASSED
                if verdict.status.is_failure:
                    return f"{verdict.status.value}: {verdict.check}", judged
            if not passed[layer]:
                return f"{layer} is never answered", judged
        return "", judged
    except LayerProofError as error:
        return f"refused: {error}", 0
    finally:
        workers.close()


@functools.cache
def _planned(layer: str, level: str, seed: int, unsupported_arguments: tuple[str, ...]) -> list[object]:
    from layerproof_conformance.cases.plan import plan

    return list(plan(layer, level, seed, unsupported_arguments))  # type: ignore[arg-type]


def outcomes(paths: Sequence[Path], level: str, seed: int, diagnose: bool, jobs: int) -> Iterator[Outcome]:
    """Judge many plugins, several at a time."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(outcome, path, level, seed, diagnose) for path in paths]
        for future in track(waiting, "judging", console=Console(stderr=True), transient=True):
            yield future.result()


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, resolve_path=True, path_type=Path))
@click.option("--level", default="standard", show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--jobs", default=2, show_default=True)
@click.option("--diagnose", is_flag=True)
def main(paths: Sequence[Path], level: str, seed: int, jobs: int, diagnose: bool) -> None:
    """Print the kill rate and the false accusations."""
    console = Console()
    chosen = [one for path in paths for one in (plugins(path) if path.is_dir() else [path])]
    broken = [path for path in chosen if UNUSUAL not in path.resolve().parents] if paths else plugins(BROKEN)
    unusual = [path for path in chosen if path not in broken] if paths else plugins(UNUSUAL)
    killed = list(outcomes(broken, level, seed, diagnose, jobs))
    judged = list(outcomes(unusual, level, seed, diagnose, jobs))
    for one in killed:
        if one.conforms:
            console.print(f"[red]survives[/] {one.path.relative_to(HERE)} [{one.defect_class}] ({one.cases} cases)")
        elif diagnose:
            console.print(f"{one.path.relative_to(HERE)}: {', '.join(one.says) or '-'}")
    for one in judged:
        if not one.conforms:
            console.print(f"[red]accused[/] {one.path.name}: {one.found_by}")
    for key in ("defect_class", "layer"):
        console.print(_table(key, killed))
    caught = sum(not one.conforms for one in killed)
    accused = sum(not one.conforms for one in judged)
    console.print(f"level {level}, seed {seed}: {caught} of {len(killed)} broken plugins caught, "
                  f"{accused} of {len(judged)} right ones accused")  # fmt: skip


def _table(key: str, killed: Sequence[Outcome]) -> Table:
    table = Table(key.replace("_", " "), "plugins", "caught", "rate", box=None)
    total = Counter(getattr(one, key) for one in killed)
    caught = Counter(getattr(one, key) for one in killed if not one.conforms)
    for name in sorted(total):
        table.add_row(name, str(total[name]), str(caught[name]), f"{100 * caught[name] / total[name]:.0f} %")
    return table


if __name__ == "__main__":
    main()
