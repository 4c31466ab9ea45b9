"""The report as one HTML file: no network, no fonts, no other files.

Whatever comes from a plugin (its name, its messages) is text for the template, which escapes it; the content security
policy of the page allows its own script only.
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
    "another grad_output": ("another grad_output", "zero grad_output"),
    "gradients not needed": ("needs_input_grad",),
    "backward repeated": ("backward twice", "backward after another forward", "backward after a call of other shapes"),
    "other input values": ("same shapes, other values", "buffers before refill", "buffers refilled"),
    "call repeated": ("repeated",),
    "dtype and shape": ("structure", "dtype", "shape"),
    "side effects": ("mutation", "results kept", "global state", "printed", "declines by value"),
    "errors and crashes": ("raised", "crashed", "error", "timeout"),
}
"""The columns of the table of checks, and the checks that each column counts; any other check has its own column."""
CHECKED_ALWAYS = ("dtype and shape", "side effects", "errors and crashes")
"""The columns whose checks are made in every case that the plugin answered."""
EXPLAINED = 4
"""How many failures of a layer are shown with their arrays."""
LISTED = 200
"""How many further failures of a layer are listed by their ids."""
SMALLEST_RATIO = 1e-3
"""Where the axis of the accuracies begins; smaller errors are drawn at this place too."""
MISSING_LIBRARY = "the HTML report needs {}, which is not installed: pip install 'layerproof[report]'"


@dataclass(frozen=True)
class Cell:
    """One layer and one kind of check: in how many cases it was made, and how many of them failed it."""

    kind: str
    made: int
    failed: int


@dataclass(frozen=True)
class Grid:
    """A small array as text: planes of rows of elements, each element with a flag that says whether it is wrong."""

    name: str
    shape: str
    planes: list[list[list[tuple[str, bool]]]]


@dataclass(frozen=True)
class Pictures:
    """The PNG images of an error map, as data URLs."""

    source: ErrorMap
    digit: str
    expected: str
    returned: str
    difference: str
    largest: str


def to_html(run: Run) -> bytes:
    """The run as a page for a browser or for paper."""
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
        has_speed=any(result.speed for result in run.layers.values()),
        has_normwise=any(result.accuracy and result.accuracy.normwise for result in run.layers.values()),
        repeat=shlex.join(
            ["layerproof", "check", run.plugin.name, "--level", run.level, "--seed", str(run.seed)]
            + ([f"--layer={name}" for name in run.layers] if set(run.layers) != set(run.plugin.layers) else [])
        ),
        ticks=[(f"{value:g}", _position(value)) for value in (0.001, 0.01, 0.1, 1.0)],
    )
    return page.encode()


def template_environment() -> "jinja2.Environment":
    """The Jinja environment of the report; raises LayerProofError, one line, where a library is not installed."""
    try:
        import jinja2
        import matplotlib  # noqa: F401 -- imported here so that a missing library is reported before the run
    except ImportError as error:
        raise LayerProofError(MISSING_LIBRARY.format(error.name)) from None
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
    """An error/bound for a person."""
    if ratio is None:
        return "–"
    return "exact" if ratio == 0 else f"{ratio:.2f}" if ratio >= 0.01 else f"{ratio:.1g}"


def _totals(run: Run) -> dict[str, int]:
    totals = {status.value: sum(getattr(result, status.value) for result in run.layers.values()) for status in Status}
    totals["planned"] = sum(result.planned for result in run.layers.values())
    totals["wrong"] = sum(totals[status.value] for status in Status if status.is_failure)
    totals["conforming"] = sum(result.verdict == "conforms" for result in run.layers.values())
    return totals


def _matrix(run: Run) -> dict[str, list[Cell]]:
    """For each layer one cell for each kind of check."""
    kind_of = {check: kind for kind, checks in KINDS.items() for check in checks}
    others = sorted({check for result in run.layers.values() for check in result.checks} - set(kind_of))
    kinds = [*KINDS, *others]
    matrix = {}
    for name, result in run.layers.items():
        failures = [failure for failure in run.failures if failure.layer == name]
        failed = Counter(kind_of.get(failure.check, failure.check) for failure in failures)
        answered = sum(getattr(result, status.value) for status in Status) - result.declined
        made = {kind: max(result.checks.get(check, 0) for check in KINDS.get(kind, (kind,))) for kind in kinds}
        made |= dict.fromkeys(CHECKED_ALWAYS, answered)
        matrix[name] = [Cell(kind, max(made[kind], failed[kind]), failed[kind]) for kind in kinds]
    return matrix


class _Layer:
    """What the page shows for one layer."""

    def __init__(self, run: Run, name: str, result: LayerResult) -> None:
        self.result = result
        self.failures = [failure for failure in run.failures if failure.layer == name]
        self.wrong = sum(getattr(result, status.value) for status in Status if status.is_failure)
        self.shares = [
            (kind, count, 100 * count / (result.planned or 1))
            for kind, count in (("passed", result.passed), ("wrong", self.wrong), ("declined", result.declined))
            if count
        ]
        self.plugin_dots = _dots(result.cases, "ratio")
        self.pytorch_dots = _dots(result.cases, "pytorch")
        self.explained = list(_explained(self.failures))
        self.pictures = [_pictures(error_map) for error_map in result.error_maps]
        shown = {failure.id for failure, _ in self.explained}
        others = [failure for failure in self.failures if failure.id not in shown]
        self.listed, self.unlisted = others[:LISTED], max(0, len(others) - LISTED)


def _position(ratio: float) -> float:
    """The place of a ratio on the logarithmic axis, in percent of its length; the bound itself is at 97."""
    exponent = math.log10(max(ratio, SMALLEST_RATIO) / SMALLEST_RATIO) / math.log10(1 / SMALLEST_RATIO)
    return round(3 + 94 * min(exponent, 1.0), 2)


def _dots(cases: Sequence[CaseResult], field: str) -> str:
    """An SVG path with a dot for each case, at random heights, so that dots of equal ratios do not hide each other."""
    ratios = [getattr(case, field) for case in cases if getattr(case, field) is not None]
    heights = np.random.default_rng(0).integers(15, 86, len(ratios))
    return "".join(f"M{_position(ratio):g} {height}h0" for ratio, height in zip(ratios, heights, strict=True))


def _explained(failures: Sequence[FailureRecord]) -> Iterator[tuple[FailureRecord, list[Grid]]]:
    """The failures that are shown in full, with their small arrays: those with a smallest case, or any if none has."""
    chosen = [failure for failure in failures if failure.minimal_case] or list(failures)
    for failure in chosen[:EXPLAINED]:
        yield failure, _grids(failure.minimal_case, failure) if failure.minimal_case else []


def _grids(smallest: MinimalCase, failure: FailureRecord) -> list[Grid]:
    """The inputs of the failing call, the expected result, the returned one, and their difference."""
    values, result = dict(smallest.values), failure.result
    all_returned, all_expected = values.pop("got", {}), values.pop("expected", {})
    grids = [_grid(name, value) for name, value in values.items() if isinstance(value, (list, float, int))]
    expected, returned = all_expected.get(result), all_returned.get(result)
    if isinstance(expected, str) or expected is None:
        return grids
    grids.append(_grid(f"expected {result}", expected))
    if isinstance(returned, (list, float, int)) or returned in ("nan", "inf", "-inf"):
        numbers, truth = np.array(returned, dtype=np.float64), np.array(expected, dtype=np.float64)
        if numbers.shape == truth.shape:
            with np.errstate(invalid="ignore"):
                difference = numbers - truth
            same = (numbers == truth) | (np.isnan(numbers) & np.isnan(truth))
            difference = np.where(same, 0.0, difference)
            wrong = ~same & ~(np.abs(difference) <= 1e-6 * np.abs(truth))
            grids += [_grid(f"got {result}", returned, wrong), _grid("difference", difference, wrong)]
        else:
            grids.append(_grid(f"got {result}", returned))
    return grids


def _grid(name: str, value: Any, wrong: Array | None = None) -> Grid:
    """An array as planes of rows: a vector is one row, and there is one plane for each index of the leading axes."""
    numbers = np.array(value, dtype=np.float64)
    marks = np.zeros(numbers.shape, bool) if wrong is None else wrong
    columns = numbers.shape[-1] if numbers.ndim else 1
    rows = numbers.shape[-2] if numbers.ndim > 1 else 1
    planes = [
        [[(_number(number), bool(mark)) for number, mark in zip(*row, strict=True)] for row in zip(*plane, strict=True)]
        for plane in zip(_planes(numbers, rows, columns), _planes(marks, rows, columns), strict=True)
    ]
    return Grid(name, "×".join(map(str, numbers.shape)) or "scalar", planes)


def _planes(values: Array, rows: int, columns: int) -> Array:
    return values.reshape(-1, rows, columns) if values.size else np.zeros((0, 1, 1))


def _number(value: float) -> str:
    return f"{value:.5g}".replace("-", "−") if np.isfinite(value) else str(value).replace("-inf", "−inf")


def _pictures(source: ErrorMap) -> Pictures:
    expected, difference = (np.array(rows, dtype=np.float64) for rows in (source.expected, source.difference))
    image = load_digits().test_images[source.digit]
    scale = float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)) or 1.0
    finite = np.abs(difference[np.isfinite(difference)])
    largest = float(np.max(finite, initial=0.0))
    share = np.where(np.isfinite(difference), difference / (largest or 1.0), 1.0)
    over = _coloured(share, 1.0)
    over[..., 3] = np.where(share == 0, 0, 70 + 185 * np.minimum(np.abs(share), 1)).astype(np.uint8)
    return Pictures(
        source,
        digit=_png(_grey(image)),
        expected=_png(_coloured(expected, scale)),
        returned=_png(_coloured(expected + difference, scale)),
        difference=_png(over),
        largest=f"{largest:.3g}" if finite.size == difference.size else "not a number",
    )


def _coloured(values: Array, scale: float) -> Array:
    """Pixels: blue for negative, white for zero, red for positive, magenta for NaN."""
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
