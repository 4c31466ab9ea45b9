"""Calibrate the judge: how far right algorithms stay below the bounds, and how far those of less precision go beyond.

    python tests/self_tests/calibration.py [--seeds 3] [--layer L]... [--markdown TABLES.md]

A ratio is an error as a multiple of the bound: at most 1 is right. The cases are those of the level standard in
float32.
"""

import argparse
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from degraded_plugins import COMPUTING, DEGRADED
from layerproof_conformance.layers.expectation import Expectation, expect

from layerproof_conformance.cases.building import build
from layerproof_conformance.cases.plan import plan
from layerproof_conformance.layers import find_layer_judge, judged_layers
from layerproof_conformance.oracle.bounds import Allowed
from layerproof_conformance.oracle.comparison import Agreement, compare
from layerproof_conformance.oracle.pytorch import by_name
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.inputs import CaseInputs
from layerproof_conformance.verdict.exchange import Inputs, Request
from layerproof_conformance.verdict.isolation import InProcess

UNUSUAL = sorted((Path(__file__).parent / "unusual_plugins").glob("[!_]*.py"))
WIDE = 2.0**60
"""Bounds are widened by this to measure an error that is beyond them."""


@dataclass
class Found:
    """What became of one algorithm's cases: the largest ratios, and how many cases were beyond their bounds."""

    cases: int = 0
    ratio: float = 0.0
    normwise: float = 0.0
    in_norm: int = 0
    beyond: int = 0
    ratios: list[float] = field(default_factory=list)
    worst: str = ""

    def add(self, case: Case, results: list[tuple[float, float]]) -> None:
        """Count a case by its results' ratios to the componentwise and to the normwise bound."""
        self.cases += 1
        ratio = max(own for own, _ in results)
        # a result is judged by the normwise bound when it is beyond its own
        by_norm = max((wide for own, wide in results if own > 1), default=0.0)
        judged = max(min(own, wide) for own, wide in results)
        if ratio > self.ratio:
            self.worst = case.id
        self.ratio = max(self.ratio, ratio)
        self.ratios.append(judged)
        if judged > 1:
            self.beyond += 1
        elif by_norm:
            self.in_norm += 1
            self.normwise = max(self.normwise, by_norm)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--layer", action="append", default=[])
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    right: dict[tuple[str, str], Found] = defaultdict(Found)
    wrong: dict[tuple[str, str], Found] = defaultdict(Found)
    for layer in options.layer or COMPUTING:
        print(layer, file=sys.stderr)
        measure(layer, options.seeds, right, wrong)
        text = tables(right, wrong)
        if options.markdown:
            options.markdown.write_text(text)
    print(text)
    for (name, layer), one in right.items():
        if one.beyond or one.ratio > 0.8:
            print(f"{name} {layer}: {one.ratio:.2f} {one.worst}")


def measure(layer: str, seeds: int, right: dict[tuple[str, str], Found], wrong: dict[tuple[str, str], Found]) -> None:
    """Put the cases of a layer to every algorithm for it, the same expectations for all."""
    algorithms = {name: InProcess(plugin) for name, plugin in correct(layer)}
    degraded = {one.name: (InProcess(one.module(layer)), one) for one in DEGRADED if layer in one.layers}
    cases = {case.id: case for seed in range(seeds) for case in plan(layer, "standard", seed)}
    for case in cases.values():
        if case.dtype != "float32":
            continue
        problem = build(case)
        expected = expect(find_layer_judge(layer), problem, case.dtype)
        for name, where in algorithms.items():
            count(right[name, layer], where, case, problem, expected)
        for name, (where, one) in degraded.items():
            with one.in_force(layer):
                count(wrong[name, layer], where, case, problem, expected)


def correct(layer: str) -> Iterator[tuple[str, str]]:
    """The right algorithms for a layer: the reference, PyTorch in float32, and the unusual plugins."""
    yield "reference", "reference"
    yield "PyTorch", "torch"
    for path in UNUSUAL:
        # linear_blocks is for linear; so would conv2d_fft be for conv2d, were there a layer conv
        owners = [name for name in judged_layers() if path.stem.startswith(f"{name}_")]
        if owners and max(owners, key=len) == layer:
            yield path.stem.removeprefix(f"{layer}_").replace("_", " "), str(path)


def count(found: Found, where: InProcess, case: Case, problem: CaseInputs, expected: Expectation) -> None:
    """Put one case to one algorithm: one forward, one backward."""
    inputs = Inputs(problem.arguments, problem.grad_output, problem.layouts)
    answer = where.submit(Request(case.layer, inputs)).result()
    truth, names = by_name(expected.truth), find_layer_judge(case.layer).layer
    values = {}
    for seen in answer.observations:
        keys = names.outputs if seen.gradient is None else [f"grad_{name}" for name in names.differentiable]
        values |= dict(zip(keys, seen.results, strict=True))
    if len(answer.observations) == 2:
        found.add(case, [ratios(name, values[name], truth[name], expected, case.dtype) for name in truth])


def ratios(name: str, value: object, truth: np.ndarray, expected: Expectation, dtype: str) -> tuple[float, float]:
    """The largest error in componentwise bounds, and in normwise ones; infinite where there is no such bound."""
    allowed, judged = expected.allowed[name], expected.judged.get(name)
    found = []
    for bound in (allowed.error, allowed.normwise):
        if bound is None:
            found.append(math.inf)
            continue
        with np.errstate(all="ignore"):
            wide = Allowed(bound * WIDE, allowed.magnitude)
            outcome = compare("values", name, value, truth, wide, dtype, judged)
        found.append(outcome.ratio * WIDE if isinstance(outcome, Agreement) else math.inf)
    if found[1] == math.inf and allowed.normwise is not None:
        # what is not finite in a plane may spoil it: the judge itself says whether that is so
        outcome = compare("values", name, value, truth, allowed, dtype, judged)
        found[1] = outcome.ratio if isinstance(outcome, Agreement) else math.inf
    return found[0], found[1]


def tables(right: dict[tuple[str, str], Found], wrong: dict[tuple[str, str], Found]) -> str:
    """Both sides in Markdown."""
    lines = [
        "| layer | right algorithm | cases | largest ratio | cases judged by norm | largest ratio by norm |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for (name, layer), one in right.items():
        by_norm = f"{one.in_norm} | {one.normwise:.2f}" if one.in_norm else "0 | "
        own = f"{one.ratio:.2f}" if not one.in_norm else "above 1"
        lines.append(f"| {layer} | {name} | {one.cases} | {own} | {by_norm} |")
    names = list(dict.fromkeys(name for name, _ in wrong))
    lines += ["", f"| layer | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
    for layer in dict.fromkeys(layer for _, layer in wrong):
        entries = [_entry(wrong[name, layer]) if (name, layer) in wrong else "" for name in names]
        lines.append(f"| {layer} | {' | '.join(entries)} |")
    smallest = [min(_largest(one) for (other, _), one in wrong.items() if other == name) for name in names]
    lines.append(f"| the least of these | {' | '.join(f'{ratio:.2g}' for ratio in smallest)} |")
    return "\n".join(lines) + "\n"


def _entry(found: Found) -> str:
    return f"{_largest(found):.2g} ({100 * found.beyond / max(found.cases, 1):.0f} %)"


def _largest(found: Found) -> float:
    return max(filter(np.isfinite, found.ratios))


if __name__ == "__main__":
    main()
