"""What the judge knows about avg_pool2d: linear in x, and the sum over each window counts the terms of every mean."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._windows import image_length
from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "kernel_size": ((2, 2), (1, 2), (3, 2), (2, 3), (3, 3), (1, 1), (4, 5)),
    "stride": ((2, 2), (1, 1), (1, 2), (2, 1), (3, 3), (3, 2), (4, 5)),
    "padding": ((0, 0), (1, 1), (1, 0), (0, 1), (2, 2)),
    "ceil_mode": (False, True),
    "count_include_pad": (True, False),
}


def _pool(torch: Any, a: Mapping[str, Any], **changed: Any) -> Any:
    given = {**a, **changed}
    return torch.nn.functional.avg_pool2d(given.pop("x"), **given)


# k terms, k - 1 additions, and one rounding for the division or two for the product with the reciprocal: at most k + 2
BOUND = Multilinear(sums=lambda torch, **a: _pool(torch, a, divisor_override=1))


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None] | None:
    """Images in which at least one window fits; with ceil_mode they may lack some of it."""
    large = sampler.one_of(("none", "none", "channels", "width"))
    kernel = attributes["kernel_size"]
    if any(2 * pad > size for pad, size in zip(attributes["padding"], kernel, strict=True)):
        return None
    height, width = (
        image_length(sampler, axis, kernel[axis], attributes, 34 if large == "width" and axis else 7) for axis in (0, 1)
    )
    if attributes["ceil_mode"] and sampler.one_of((False, False, True)):
        height = max(1, height - sampler.integer(0, attributes["stride"][0] - 1))
    channels = sampler.length(9, 130) if large == "channels" else sampler.integer(1, 3)
    batch = 1 if large == "channels" else sampler.batch(3)
    return {"x": sampler.recipe((batch, channels, height, width))}


def _ramp(*shape: int) -> Any:
    return np.arange(float(np.prod(shape))).reshape(shape)


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


def _padded(**attributes: Any) -> Any:
    geometry = {"kernel_size": (3, 4), "stride": (2, 3), "padding": (1, 2)}
    return lambda: {"x": 1.0 + _ramp(1, 2, 6, 8), **geometry, **attributes}


EDGES: dict[str, Any] = {
    "one_window": lambda: {"x": np.array([[[[1.0, 2.0], [4.0, 8.0]]]]), "kernel_size": (2, 2)},
    "of_one_pixel": lambda: {"x": _numbers(2, 2, 3, 4), "kernel_size": (1, 1)},
    "tall_window": lambda: {"x": _numbers(1, 2, 7, 5), "kernel_size": (3, 1)},
    "overlapping": lambda: {"x": _numbers(2, 2, 5, 6), "kernel_size": (3, 2), "stride": (1, 1)},
    "stride_above_kernel": lambda: {"x": _numbers(1, 2, 9, 8), "kernel_size": (2, 1), "stride": (3, 4)},
    "a_large_rest_is_left_out": lambda: {"x": _numbers(2, 1, 5, 8), "kernel_size": (3, 5)},
    "a_rest_is_left_out": lambda: {"x": _numbers(2, 1, 5, 7), "kernel_size": (2, 3)},
    "padding_counts": _padded(),
    "padding_does_not_count": _padded(count_include_pad=False),
    "padding_counts_in_ceil_mode": _padded(ceil_mode=True),
    "padding_does_not_count_in_ceil_mode": _padded(ceil_mode=True, count_include_pad=False),
    "ceil_mode_takes_the_rest": lambda: {"x": _numbers(2, 1, 5, 7), "kernel_size": (2, 3), "ceil_mode": True},
    "ceil_mode_reaches_beyond_padding": lambda: {
        "x": _numbers(1, 2, 6, 7), "kernel_size": (4, 5), "stride": (3, 4), "padding": (1, 2), "ceil_mode": True,
    },
    "ceil_mode_window_outside": lambda: {
        "x": _numbers(1, 1, 5, 5), "kernel_size": (2, 2), "stride": (3, 3), "padding": (1, 1), "ceil_mode": True,
    },
    "ceil_mode_kernel_above_image": lambda: {
        "x": _numbers(2, 1, 2, 3), "kernel_size": (4, 4), "stride": (3, 2), "ceil_mode": True,
    },
    "nan_and_inf": lambda: {
        "x": np.array([[[[1.0, np.nan, 5.0, 2.0, 1.0, 1.0], [3.0, 4.0, np.inf, 1.0, -np.inf, np.inf]]]]),
        "kernel_size": (2, 2),
    },
    "infinite_gradient": lambda: {
        "x": _numbers(1, 1, 4, 4), "kernel_size": (2, 2),
        "grad_output": np.array([[[[np.inf, 1.0], [np.nan, -np.inf]]]]),
    },
    "sum_overflows": lambda: {"x": np.full((1, 1, 2, 4), 3e38), "kernel_size": (2, 2)},
    "no_samples": lambda: {"x": np.zeros((0, 2, 4, 4)), "kernel_size": (2, 2)},
    "whole_image": lambda: {"x": _numbers(2, 3, 5, 6), "kernel_size": (5, 6)},
    "digits": lambda: {"x": Recipe((8, 1, 28, 28), "mnist"), "kernel_size": (2, 2)},
    "many_overlaps": lambda: {
        "x": Recipe((1, 1, 14, 14), "positive"), "kernel_size": (9, 9), "stride": (1, 1), "padding": (4, 4),
    },
    "long_sum": lambda: {"x": Recipe((1, 1, 700, 900), "positive"), "kernel_size": (700, 900)},
}  # fmt: skip


def _kernel(a: Mapping[str, Any]) -> int:
    height, width = a["kernel_size"]
    return int(height * width)


def _gradient(torch: Any, a: Mapping[str, Any], g: Any, **changed: Any) -> dict[str, Any]:
    return {"x": torch.autograd.grad(_pool(torch, a, **changed), a["x"], g)[0]}


def _last_share(torch: Any, a: Mapping[str, Any], g: Any) -> Any:
    """Each pixel's share of the last window that holds it: what assigning instead of adding leaves."""
    output, found = _pool(torch, a), torch.zeros_like(a["x"])
    for row, column in np.ndindex(*g.shape[2:]):
        here = torch.zeros(g.shape[2:], dtype=torch.bool)
        here[row, column] = True
        held, share = (
            torch.autograd.grad(output, a["x"], torch.where(here, kind, 0.0), retain_graph=True)[0]
            for kind in (torch.ones_like(g), g)
        )
        found = torch.where(held != 0, share, found)
    return found


MISTAKES = (
    Mistake("sums instead of averaging", forward=lambda torch, **a: _pool(torch, a, divisor_override=1)),
    Mistake(
        "always divides by the size of the kernel",
        forward=lambda torch, **a: _pool(torch, a, divisor_override=_kernel(a)),
    ),
    Mistake(
        "count_include_pad is ignored (padding counts)",
        forward=lambda torch, **a: _pool(torch, a, count_include_pad=True),
    ),
    Mistake(
        "count_include_pad is ignored (padding does not count)",
        forward=lambda torch, **a: _pool(torch, a, count_include_pad=False),
    ),
    Mistake(
        "count_include_pad is inverted",
        forward=lambda torch, **a: _pool(torch, a, count_include_pad=not a["count_include_pad"]),
    ),
    Mistake(
        "takes the maximum instead of the mean",
        forward=lambda torch, **a: torch.nn.functional.max_pool2d(
            a["x"], a["kernel_size"], a["stride"], a["padding"], 1, a["ceil_mode"]
        ),
    ),
    Mistake(
        "the kernel's height and width are swapped",
        forward=lambda torch, **a: _pool(torch, a, kernel_size=a["kernel_size"][::-1]),
    ),
    Mistake(
        "stride height and width are swapped", forward=lambda torch, **a: _pool(torch, a, stride=a["stride"][::-1])
    ),
    Mistake(
        "padding height and width are swapped", forward=lambda torch, **a: _pool(torch, a, padding=a["padding"][::-1])
    ),
    Mistake(
        "stride is ignored (the windows do not overlap)",
        forward=lambda torch, **a: _pool(torch, a, stride=a["kernel_size"]),
    ),
    Mistake("padding is ignored", forward=lambda torch, **a: _pool(torch, a, padding=(0, 0))),
    Mistake("ceil_mode is ignored", forward=lambda torch, **a: _pool(torch, a, ceil_mode=False)),
    Mistake(
        "the gradient is not divided by the number of pixels",
        backward=lambda torch, a, g, right: _gradient(torch, a, g, divisor_override=1),
    ),
    Mistake(
        "the gradient is always divided by the size of the kernel",
        backward=lambda torch, a, g, right: _gradient(torch, a, g, divisor_override=_kernel(a)),
    ),
    Mistake(
        "the gradient counts padding where the output does not, or the reverse",
        backward=lambda torch, a, g, right: _gradient(torch, a, g, count_include_pad=not a["count_include_pad"]),
    ),
    Mistake(
        "where windows overlap the gradient comes from one of them only",
        backward=lambda torch, a, g, right: {"x": _last_share(torch, a, g)},
    ),
)
