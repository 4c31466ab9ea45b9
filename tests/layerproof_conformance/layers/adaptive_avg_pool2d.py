"""What the judge knows about adaptive_avg_pool2d: linear in x, and sums over windows count the terms of the means."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

Spans = list[tuple[int, int]]
SIZES = ((1, 1), (2, 2), (1, 2), (2, 1), (3, 2), (3, 3), (2, 5), (7, 4), (5, 5), (9, 1))
ATTRIBUTES: dict[str, tuple[Any, ...]] = {"output_size": SIZES}


def _ends(length: int, outputs: int) -> Spans:
    return [(i * length // outputs, -(-(i + 1) * length // outputs)) for i in range(outputs)]


def _sums(torch: Any, x: Any, output_size: Any) -> Any:
    """The sum over each window, as the mean times the number of its pixels."""
    spans = (_ends(length, outputs) for length, outputs in zip(x.shape[2:], output_size, strict=True))
    rows, columns = (x.new_tensor([end - begin for begin, end in ends]) for ends in spans)
    return torch.nn.functional.adaptive_avg_pool2d(x, output_size) * (rows[:, None] * columns)


# k terms, k - 1 additions, and at most two roundings, for a division by rows and one by columns: at most k + 2
BOUND = Multilinear(sums=_sums)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Images larger and smaller than the output, of sizes that it divides and of others."""
    large = sampler.one_of(("none", "none", "channels", "width"))
    height = sampler.integer(1, 13)
    width = sampler.length(15, 65) if large == "width" else sampler.integer(1, 13)
    channels = sampler.length(9, 130) if large == "channels" else sampler.integer(1, 3)
    batch = 1 if large == "channels" else sampler.batch(3)
    return {"x": sampler.recipe((batch, channels, height, width))}


EXAMPLES = {"": {"x": numbers(2, 3, 5, 6), "output_size": (2, 4)}}
EDGES: Edges = {
    "whole_image": {"x": numbers(2, 3, 5, 6), "output_size": (1, 1)},
    "identity": {"x": numbers(2, 2, 3, 5), "output_size": (3, 5)},
    "divides": {"x": numbers(1, 2, 6, 8), "output_size": (3, 2)},
    "height_divides_width_does_not": {"x": numbers(2, 1, 6, 7), "output_size": (2, 3)},
    # in floating point i * (H / H') comes out on the wrong side of an integer for these
    "borders_on_integers": {"x": numbers(1, 1, 2, 14), "output_size": (98, 50)},
    "many_borders_on_integers": {"x": numbers(1, 1, 26, 93), "output_size": (46, 57)},
    "larger_than_the_image": {"x": numbers(1, 2, 3, 2), "output_size": (7, 5)},
    "larger_one_way_smaller_the_other": {"x": numbers(2, 1, 3, 11), "output_size": (5, 4)},
    "one_pixel": {"x": np.array([[[[3.0]]]]), "output_size": (3, 2)},
    "one_row": {"x": numbers(2, 2, 1, 9), "output_size": (1, 4)},
    "sum_overflows": {"x": np.full((1, 1, 4, 4), 3e38), "output_size": (1, 2)},
    "many_channels": {"x": Recipe((2, 130, 7, 7)), "output_size": (1, 1)},
    "long_sum": {"x": Recipe((1, 1, 700, 900), "positive"), "output_size": (1, 1)},
}


def _windows(torch: Any, x: Any, output_size: Any, spans: Callable[[int, int], Spans]) -> Any:
    """The means over other windows; ``spans`` gives their begins and ends along an axis."""
    rows, columns = (spans(length, outputs) for length, outputs in zip(x.shape[2:], output_size, strict=True))
    return torch.stack([torch.stack([x[:, :, a:b, c:d].mean((2, 3)) for c, d in columns], -1) for a, b in rows], -2)


def _without_overlap(length: int, outputs: int) -> Spans:
    return [(begin, max((i + 1) * length // outputs, begin + 1)) for i, (begin, _) in enumerate(_ends(length, outputs))]


def _of_equal_length(length: int, outputs: int) -> Spans:
    return _ends(length // outputs * outputs, outputs)


def _undivided(torch: Any, a: Mapping[str, Any], g: Any) -> dict[str, Any]:
    return {"x": torch.autograd.grad(_sums(torch, a["x"], a["output_size"]), a["x"], g)[0]}


MISTAKES = (
    Mistake("sums instead of averaging", _sums),
    Mistake("takes the maximum instead of the mean", lambda torch, x, output_size: torch.nn.functional.adaptive_max_pool2d(x, output_size)),
    Mistake("the end of a window is rounded down, so that windows do not overlap", lambda torch, **a: _windows(torch, **a, spans=_without_overlap)),
    Mistake("all windows have the same length, and the rest is left out", lambda torch, **a: _windows(torch, **a, spans=_of_equal_length)),
    Mistake("the gradient is not divided by the number of pixels", backward=lambda torch, a, g, right: _undivided(torch, a, g)),
    Mistake("the gradient is divided by the same number, pixels of the image over those of the output, for all windows",
            backward=lambda torch, a, g, right: _undivided(torch, a, g * g[0, 0].numel() / a["x"][0, 0].numel())),
)  # fmt: skip
