"""The report as one HTML file that needs nothing else: no network, no fonts, no other files.

Whatever comes from a plugin (its name, its messages) is text for the template, which escapes it; a content security
policy lets the page's own script run and nothing else.
"""

import base64
import hashlib
import io
import math
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layerproof import LayerProofError
from layerproof_conformance.types.run_document import CaseResult, ErrorMap, FailureRecord, LayerResult, MinimalCase, Run
from layerproof_conformance.types.status import Status
from layerproof_data import load_digits

if TYPE_CHECKING:
    import jinja2

Array = NDArray[Any]
KINDS = {
    "values": ("values",),
    "another gradient": ("another grad_output", "zero grad_output"),
    "gradients not needed": ("needs_input_grad",),
    "backward again": ("backward twice", "backward after another forward", "backward after a call of other shapes"),
    "other values": ("same shapes, other values", "buffers before refill", "buffers refilled"),
    "repeated": ("repeated",),
    "form": ("structure", "dtype", "shape"),
    "nothing else touched": ("mutation", "results kept", "global state", "printed", "declines by value"),
    "returns": ("raised", "crashed", "error", "timeout"),
}
"""What a reader wants to tell apart, and the checks behind it; a check that is not here stands for itself."""
ALWAYS = ("form", "nothing else touched", "returns")
"""What is watched in every case that was answered."""
EXPLAINED = 4
"""Failures of a layer that are shown at length."""
LISTED = 200
"""Further failures of a layer that are listed by their ids."""
SMALLEST_RATIO = 1e-3
"""Where the axis of the accuracies begins; what is more accurate stands there too."""
MISSING = "the HTML report needs {}, which is not installed: pip install 'layerproof[report]'"


@dataclass(frozen=True)
class Cell:
    """One layer and one kind of check."""

    kind: str
    made: int
    failed: int


@dataclass(frozen=True)
class Grid:
    """A small array as rows of text, with what is wrong marked, one block for each of its planes."""

    name: str
    shape: str
    planes: list[list[list[tuple[str, bool]]]]


@dataclass(frozen=True)
class Pictures:
    """The PNG images of an error map, as data that a page can hold."""

    source: ErrorMap
    digit: str
    expected: str
    given: str
    difference: str
    largest: str


def to_html(run: Run) -> bytes:
    """Write the run for a person to read, in a browser or on paper."""
    environment = template_environment()
    files = resources.files("layerproof_conformance.report") / "templates"
    script = (files / "report.js").read_text(encoding="utf-8")
    style = (files / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    matrix = _matrix(run)
    page = environment.get_template("report.html").render(
        run=run,
        script=script,
        style=style,
        digest=digest,
        totals=_totals(run),
        matrix=matrix,
        kinds=[cell.kind for cell in next(iter(matrix.values()), [])],
        layers={name: _Layer(run, name, result) for name, result in run.layers.items()},
        has_speed=any(one.speed for one in run.layers.values()),
        repeat=shlex.join(
            ["layerproof", "check", run.plugin.name, "--level", run.level, "--seed", str(run.seed)]
            + ([f"--layer={name}" for name in run.layers] if set(run.layers) != set(run.plugin.layers) else [])
        ),
        ticks=[(f"{value:g}", _position(value)) for value in (0.001, 0.01, 0.1, 1.0)],
    )
    return page.encode()


def template_environment() -> "jinja2.Environment":
    """What the templates of this package are rendered with; one clear line where a library is missing."""
    try:
        import jinja2
        import matplotlib  # noqa: F401 -- asked for here, so that a missing one is told before any work is done
    except ImportError as error:
        raise LayerProofError(MISSING.format(error.name)) from None
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("layerproof_conformance.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ratio"] = format_ratio
    return environment


def format_ratio(ratio: float | None) -> str:
    """An error in bounds for a person."""
    if ratio is None:
        return "–"
    return "exact" if ratio == 0 else f"{ratio:.2f}" if ratio >= 0.01 else f"{ratio:.1g}"


def _totals(run: Run) -> dict[str, int]:
    totals = {status.value: sum(getattr(one, status.value) for one in run.layers.values()) for status in Status}
    totals["planned"] = sum(one.planned for one in run.layers.values())
    totals["wrong"] = sum(totals[status.value] for status in Status if status.is_failure)
    totals["conforming"] = sum(one.verdict == "conforms" for one in run.layers.values())
    return totals


def _matrix(run: Run) -> dict[str, list[Cell]]:
    kind_of = {check: kind for kind, checks in KINDS.items() for check in checks}
    others = sorted({check for one in run.layers.values() for check in one.checks} - set(kind_of))
    kinds = [*KINDS, *others]
    found = {}
    for name, result in run.layers.items():
        failed = Counter(kind_of.get(f.check, f.check) for f in run.failures if f.layer == name)
        answered = sum(getattr(result, status.value) for status in Status) - result.declined
        made = {kind: max((result.checks.get(c, 0) for c in KINDS.get(kind, (kind,))), default=0) for kind in kinds}
        made |= dict.fromkeys(ALWAYS, answered)
        found[name] = [Cell(kind, max(made[kind], failed[kind]), failed[kind]) for kind in kinds]
    return found


class _Layer:
    """What the page shows of one layer."""

    def __init__(self, run: Run, name: str, result: LayerResult) -> None:
        self.result = result
        self.failures = [failure for failure in run.failures if failure.layer == name]
        self.wrong = sum(getattr(result, status.value) for status in Status if status.is_failure)
        self.shares = [
            (kind, count, 100 * count / (result.planned or 1))
            for kind, count in (("passed", result.passed), ("wrong", self.wrong), ("declined", result.declined))
            if count
        ]
        self.own = _dots(result.cases, "ratio")
        self.pytorch = _dots(result.cases, "pytorch")
        self.explained = list(_explained(self.failures))
        self.pictures = [_pictures(one) for one in result.error_maps]
        shown = {failure.id for failure, _ in self.explained}
        others = [failure for failure in self.failures if failure.id not in shown]
        self.others, self.left = others[:LISTED], max(0, len(others) - LISTED)


def _position(ratio: float) -> float:
    """Where a ratio stands on the logarithmic axis, in percent of its length; the bound itself is at 97."""
    exponent = math.log10(max(ratio, SMALLEST_RATIO) / SMALLEST_RATIO) / math.log10(1 / SMALLEST_RATIO)
    return round(3 + 94 * min(exponent, 1.0), 2)


def _dots(cases: Sequence[CaseResult], field: str) -> str:
    """One path that draws a dot for each case; dots that share a place on the axis are stacked at random heights."""
    ratios = [getattr(case, field) for case in cases if getattr(case, field) is not None]
    heights = np.random.default_rng(0).integers(15, 86, len(ratios))
    return "".join(f"M{_position(ratio):g} {height}h0" for ratio, height in zip(ratios, heights, strict=True))


def _explained(failures: Sequence[FailureRecord]) -> Iterator[tuple[FailureRecord, list[Grid]]]:
    """The failures worth a page, each with its small arrays."""
    chosen = [failure for failure in failures if failure.minimal_case] or list(failures)
    for failure in chosen[:EXPLAINED]:
        yield failure, _grids(failure.minimal_case, failure) if failure.minimal_case else []


def _grids(small: MinimalCase, failure: FailureRecord) -> list[Grid]:
    """The inputs of the call that went wrong, and its result beside the right one."""
    values, result = dict(small.values), failure.result
    given, truths = values.pop("got", {}), values.pop("expected", {})
    grids = [_grid(name, value) for name, value in values.items() if isinstance(value, (list, float, int))]
    expected, got = truths.get(result), given.get(result)
    if isinstance(expected, str) or expected is None:
        return grids
    grids.append(_grid(f"expected {result}", expected))
    if isinstance(got, (list, float, int)) or got in ("nan", "inf", "-inf"):
        got_numbers, truth = np.array(got, dtype=np.float64), np.array(expected, dtype=np.float64)
        wrong = None
        if got_numbers.shape == truth.shape:
            with np.errstate(invalid="ignore"):
                difference = got_numbers - truth
            same = (got_numbers == truth) | (np.isnan(got_numbers) & np.isnan(truth))
            difference = np.where(same, 0.0, difference)
            wrong = ~same & ~(np.abs(difference) <= 1e-6 * np.abs(truth))
            grids += [_grid(f"got {result}", got, wrong), _grid("difference", difference, wrong)]
        else:
            grids.append(_grid(f"got {result}", got))
    return grids


def _grid(name: str, value: Any, wrong: Array | None = None) -> Grid:
    """An array as planes of rows; a vector is one row, and leading axes are laid out one plane after another."""
    numbers = np.array(value, dtype=np.float64)
    marks = np.zeros(numbers.shape, bool) if wrong is None else wrong
    columns = numbers.shape[-1] if numbers.ndim else 1
    rows = numbers.shape[-2] if numbers.ndim > 1 else 1
    planes = [
        [[(_number(one), bool(mark)) for one, mark in zip(*row, strict=True)] for row in zip(*plane, strict=True)]
        for plane in zip(_planes(numbers, rows, columns), _planes(marks, rows, columns), strict=True)
    ]
    return Grid(name, "×".join(map(str, numbers.shape)) or "scalar", planes)


def _planes(values: Array, rows: int, columns: int) -> Array:
    return values.reshape(-1, rows, columns) if values.size else np.zeros((0, 1, 1))


def _number(value: float) -> str:
    return f"{value:.5g}".replace("-", "−") if np.isfinite(value) else str(value).replace("-inf", "−inf")


def _pictures(one: ErrorMap) -> Pictures:
    expected, difference = np.array(one.expected, dtype=np.float64), np.array(one.difference, dtype=np.float64)
    image = load_digits().test_images[one.digit]
    scale = float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)) or 1.0
    finite = np.abs(difference[np.isfinite(difference)])
    largest = float(np.max(finite, initial=0.0))
    share = np.where(np.isfinite(difference), difference / (largest or 1.0), 1.0)
    over = _coloured(share, 1.0)
    over[..., 3] = np.where(share == 0, 0, 70 + 185 * np.minimum(np.abs(share), 1)).astype(np.uint8)
    return Pictures(
        one,
        digit=_png(_grey(image)),
        expected=_png(_coloured(expected, scale)),
        given=_png(_coloured(expected + difference, scale)),
        difference=_png(over),
        largest=f"{largest:.3g}" if finite.size == difference.size else "not a number",
    )


def _coloured(values: Array, scale: float) -> Array:
    """Blue for negative, white for zero, red for positive; what is not a number is magenta."""
    from matplotlib import colormaps

    with np.errstate(invalid="ignore"):
        pixels: Array = colormaps["RdBu_r"](np.clip(values / scale, -1, 1) / 2 + 0.5, bytes=True)
    pixels[np.isnan(values)] = (255, 0, 255, 255)
    return pixels


def _grey(image: Array) -> Array:
    return np.dstack([255 - image] * 3 + [np.full_like(image, 255)])


def _png(pixels: Array) -> str:
    from matplotlib.image import imsave

    file = io.BytesIO()
    imsave(file, pixels, format="png")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
