"""What the judge knows about adaptive_avg_pool2d: linear in x, and sums over windows count the terms of the means."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "output_size": ((1, 1), (2, 2), (1, 2), (2, 1), (3, 2), (3, 3), (2, 5), (7, 4), (5, 5), (9, 1)),
}


def _ends(length: int, outputs: int) -> list[tuple[int, int]]:
    return [(i * length // outputs, -(-(i + 1) * length // outputs)) for i in range(outputs)]


def _sums(torch: Any, x: Any, output_size: Any) -> Any:
    """The sum over each window, as the mean times the number of its pixels."""
    rows, columns = (
        torch.tensor([float(end - begin) for begin, end in _ends(x.shape[axis + 2], output_size[axis])], dtype=x.dtype)
        for axis in (0, 1)
    )
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


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


EDGES: dict[str, Any] = {
    "whole_image": lambda: {"x": _numbers(2, 3, 5, 6), "output_size": (1, 1)},
    "identity": lambda: {"x": _numbers(2, 2, 3, 5), "output_size": (3, 5)},
    "divides": lambda: {"x": _numbers(1, 2, 6, 8), "output_size": (3, 2)},
    "does_not_divide": lambda: {"x": _numbers(1, 2, 7, 5), "output_size": (3, 4)},
    "height_divides_width_does_not": lambda: {"x": _numbers(2, 1, 6, 7), "output_size": (2, 3)},
    # in floating point i * (H / H') comes out on the wrong side of an integer for these
    "borders_on_integers": lambda: {"x": _numbers(1, 1, 2, 14), "output_size": (98, 50)},
    "many_borders_on_integers": lambda: {"x": _numbers(1, 1, 26, 93), "output_size": (46, 57)},
    "larger_than_the_image": lambda: {"x": _numbers(1, 2, 3, 2), "output_size": (7, 5)},
    "larger_one_way_smaller_the_other": lambda: {"x": _numbers(2, 1, 3, 11), "output_size": (5, 4)},
    "one_pixel": lambda: {"x": np.array([[[[3.0]]]]), "output_size": (3, 2)},
    "one_row": lambda: {"x": _numbers(2, 2, 1, 9), "output_size": (1, 4)},
    "nan_and_inf": lambda: {
        "x": np.array([[[[1.0, np.nan, 5.0, 2.0, 1.0], [3.0, 4.0, np.inf, 1.0, -np.inf], [1.0, 2.0, 3.0, 4.0, 5.0]]]]),
        "output_size": (2, 3),
    },
    "infinite_gradient": lambda: {
        "x": _numbers(1, 1, 5, 5), "output_size": (2, 2),
        "grad_output": np.array([[[[np.inf, 1.0], [np.nan, -np.inf]]]]),
    },
    "sum_overflows": lambda: {"x": np.full((1, 1, 4, 4), 3e38), "output_size": (1, 2)},
    "no_samples": lambda: {"x": np.zeros((0, 2, 4, 5)), "output_size": (2, 2)},
    "digits": lambda: {"x": Recipe((8, 1, 28, 28), "mnist"), "output_size": (5, 9)},
    "many_channels": lambda: {"x": Recipe((2, 130, 7, 7)), "output_size": (1, 1)},
    "long_sum": lambda: {"x": Recipe((1, 1, 700, 900), "positive"), "output_size": (1, 1)},
}  # fmt: skip


def _pool(torch: Any, x: Any, output_size: Any) -> Any:
    return torch.nn.functional.adaptive_avg_pool2d(x, output_size)


def _windows(torch: Any, x: Any, rows: list[tuple[int, int]], columns: list[tuple[int, int]]) -> Any:
    """The means over rows times columns."""
    return torch.stack([torch.stack([x[:, :, a:b, c:d].mean((2, 3)) for c, d in columns], -1) for a, b in rows], -2)


def _apart(length: int, outputs: int) -> list[tuple[int, int]]:
    return [
        (i * length // outputs, max((i + 1) * length // outputs, i * length // outputs + 1)) for i in range(outputs)
    ]


def _equal(length: int, outputs: int) -> list[tuple[int, int]]:
    return [(i * (length // outputs), (i + 1) * (length // outputs)) for i in range(outputs)]


def _with(kind: Any) -> Any:
    """The pool over other windows along both axes."""
    return lambda torch, x, output_size: _windows(
        torch, x, kind(x.shape[2], output_size[0]), kind(x.shape[3], output_size[1])
    )


def _undivided(torch: Any, a: Mapping[str, Any], g: Any) -> dict[str, Any]:
    return {"x": torch.autograd.grad(_sums(torch, a["x"], a["output_size"]), a["x"], g)[0]}


MISTAKES = (
    Mistake("sums instead of averaging", forward=_sums),
    Mistake(
        "takes the maximum instead of the mean",
        forward=lambda torch, x, output_size: torch.nn.functional.adaptive_max_pool2d(x, output_size),
    ),
    Mistake(
        "the output's height and width are swapped",
        forward=lambda torch, x, output_size: _pool(torch, x, output_size[::-1]),
    ),
    Mistake("the end of a window is rounded down, so that windows do not overlap", forward=_with(_apart)),
    Mistake("all windows have the same length, and the rest is left out", forward=_with(_equal)),
    Mistake(
        "the gradient is not divided by the number of pixels",
        backward=lambda torch, a, g, right: _undivided(torch, a, g),
    ),
    Mistake(
        "the gradient is divided by the same number, pixels of the image over those of the output, for all windows",
        backward=lambda torch, a, g, right: _undivided(torch, a, g * g[0, 0].numel() / a["x"][0, 0].numel()),
    ),
)
