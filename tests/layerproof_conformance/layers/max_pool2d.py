"""What the judge knows about max_pool2d: values are selected; a gradient is a sum where windows overlap."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._windows import image_length, sees_the_image
from layerproof_conformance.oracle.bounds import ExactSelection
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "kernel_size": ((2, 2), (1, 2), (3, 2), (2, 3), (3, 3), (1, 1), (4, 5)),
    "stride": ((2, 2), (1, 1), (1, 2), (2, 1), (3, 3), (3, 2), (4, 5)),
    "padding": ((0, 0), (1, 1), (1, 0), (0, 1), (2, 2)),
    "dilation": ((1, 1), (2, 1), (1, 2), (2, 3)),
    "ceil_mode": (False, True),
}
BOUND = ExactSelection()


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None] | None:
    """Images in which every window sees at least one pixel."""
    large = sampler.one_of(("none", "none", "channels", "width"))
    kernel = attributes["kernel_size"]
    height, width = (
        image_length(sampler, axis, kernel[axis], attributes, 34 if large == "width" and axis else 7) for axis in (0, 1)
    )
    if any(2 * pad > size for pad, size in zip(attributes["padding"], kernel, strict=True)):
        return None
    channels = sampler.length(9, 130) if large == "channels" else sampler.integer(1, 3)
    batch = 1 if large == "channels" else sampler.batch(3)
    return {"x": sampler.recipe((batch, channels, height, width))}


def defined(arguments: Mapping[str, Any]) -> bool:
    """Whether every window sees the image: for the others PyTorch writes its gradient outside the array."""
    return all(sees_the_image(length, axis, arguments) for axis, length in enumerate(arguments["x"].shape[2:]))


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but the gradient at NaN where an image has several: which of them gets it, PyTorch leaves open."""
    nans = np.isnan(arguments["x"])
    several = nans.sum(axis=(2, 3), keepdims=True) > 1
    return {"grad_x": ~(nans & several)} if several.any() else {}


def _ramp(*shape: int) -> Any:
    return np.arange(float(np.prod(shape))).reshape(shape)


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


EDGES: dict[str, Any] = {
    "one_tied_window": lambda: {"x": np.ones((1, 1, 2, 2)), "kernel_size": (2, 2)},
    "two_tie_in_a_window": lambda: {"x": np.array([[[[1.0, 3, 0, 2], [3, 0, 2, 2]]]]), "kernel_size": (2, 2)},
    "ties_in_overlapping_windows": lambda: {"x": np.ones((2, 2, 4, 5)), "kernel_size": (3, 2), "stride": (1, 1)},
    "ties_of_zeros_and_negative_zeros": lambda: {
        "x": np.array([[[[-0.0, 0.0, 0.0, -0.0], [0.0, -0.0, -1.0, -1.0]]]]),
        "kernel_size": (2, 2),
    },
    "tie_below_then_right": lambda: {"x": np.array([[[[0.0, 1.0], [1.0, 0.0]]]]), "kernel_size": (2, 2)},
    "negative_only": lambda: {"x": -1.0 - _ramp(1, 2, 4, 4), "kernel_size": (2, 2)},
    "negative_only_with_padding": lambda: {"x": -1.0 - _ramp(1, 1, 4, 5), "kernel_size": (3, 3), "padding": (1, 1)},
    "all_minus_infinity_with_padding": lambda: {
        "x": np.full((1, 1, 3, 3), -np.inf), "kernel_size": (2, 2), "stride": (1, 1), "padding": (1, 1),
    },
    "nan_wins": lambda: {
        "x": np.array([[[[1.0, np.nan, 5.0, 2.0], [3.0, 4.0, np.inf, 1.0]]], [[[1.0, 7.0, 5.0, 2.0], [-np.inf, 4.0, 0.0, np.nan]]]]),
        "kernel_size": (2, 2),
    },
    "first_then_nan": lambda: {"x": np.array([[[[9.0, 1.0], [np.nan, 10.0]]]]), "kernel_size": (2, 2)},
    "infinite_gradient": lambda: {
        "x": _numbers(1, 1, 4, 4), "kernel_size": (2, 2), "grad_output": np.array([[[[np.inf, 1.0], [np.nan, -np.inf]]]]),
    },
    "a_large_rest_is_left_out": lambda: {"x": _numbers(2, 1, 5, 8), "kernel_size": (3, 5)},
    "a_rest_is_left_out": lambda: {"x": _numbers(2, 1, 5, 7), "kernel_size": (2, 3)},
    "ceil_mode_takes_the_rest": lambda: {"x": _numbers(2, 1, 5, 7), "kernel_size": (2, 3), "ceil_mode": True},
    "ceil_mode_window_outside": lambda: {
        "x": _numbers(1, 1, 5, 5), "kernel_size": (2, 2), "stride": (3, 3), "padding": (1, 1), "ceil_mode": True,
    },
    "stride_above_kernel": lambda: {"x": _numbers(1, 2, 9, 8), "kernel_size": (2, 1), "stride": (3, 4)},
    "tall_window_wide_stride": lambda: {"x": _numbers(1, 1, 7, 9), "kernel_size": (3, 1), "stride": (1, 3)},
    "dilated": lambda: {"x": _numbers(2, 2, 7, 8), "kernel_size": (2, 3), "stride": (1, 2), "dilation": (3, 2)},
    "no_samples": lambda: {"x": np.zeros((0, 2, 4, 4)), "kernel_size": (2, 2)},
    "subnormal": lambda: {"x": _numbers(1, 1, 4, 4) * 1e-42, "kernel_size": (2, 2)},
    "whole_image": lambda: {"x": _numbers(2, 3, 5, 6), "kernel_size": (5, 6)},
    "more_than_sixteen_bits_of_pixels": lambda: {"x": Recipe((1, 1, 259, 263)), "kernel_size": (2, 3)},
    "many_samples": lambda: {"x": Recipe((301, 2, 2, 2)), "kernel_size": (2, 2)},
    "more_than_eight_bits_of_a_window": lambda: {"x": Recipe((2, 2, 18, 20)), "kernel_size": (17, 17), "stride": (1, 1)},
    "more_than_sixteen_bits_of_a_window": lambda: {"x": Recipe((1, 1, 259, 263)), "kernel_size": (259, 263)},
    "digits": lambda: {"x": Recipe((8, 1, 28, 28), "mnist"), "kernel_size": (2, 2)},
    "many_overlaps": lambda: {"x": Recipe((1, 1, 12, 12), "positive"), "kernel_size": (7, 7), "stride": (1, 1), "padding": (3, 3)},
}  # fmt: skip


def _pool(torch: Any, a: Mapping[str, Any], **changed: Any) -> Any:
    given = {**a, **changed}
    return torch.nn.functional.max_pool2d(given.pop("x"), **given)


def _windows(torch: Any, a: Mapping[str, Any]) -> tuple[Any, Any]:
    """The pixels of each window along one axis (without ceil_mode), -inf for padding; and the unpadded image as a leaf."""
    x = a["x"].detach().clone().requires_grad_()
    (pad_h, pad_w), functional = a["padding"], torch.nn.functional
    padded = functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=-1e30)
    columns = functional.unfold(padded, a["kernel_size"], dilation=a["dilation"], stride=a["stride"])
    batch, channels = x.shape[:2]
    return columns.reshape(batch, channels, -1, columns.shape[-1]), x


def _spread(pick: Any) -> Any:
    """A backward that hands each window's gradient out by weights over its pixels."""

    def backward(torch: Any, a: Mapping[str, Any], g: Any, right: Any) -> dict[str, Any]:
        windows, x = _windows(torch, a)
        weights = pick(torch, windows.detach())
        return {"x": torch.autograd.grad(windows, x, weights * g.reshape(*g.shape[:2], 1, -1))[0]}

    return backward


def _overwritten(torch: Any, a: Mapping[str, Any], g: Any, right: Any) -> dict[str, Any]:
    """Each window in turn writes its gradient to its maximum, over what is there."""
    winners = _pool(torch, a, x=a["x"].detach(), return_indices=True)[1].flatten(0, 1).flatten(1)
    planes = torch.zeros_like(right["x"]).flatten(0, 1).flatten(1)
    rows, gradients = torch.arange(len(planes)), g.flatten(0, 1).flatten(1)
    for window in range(winners.shape[1]):
        planes[rows, winners[:, window]] = gradients[:, window]
    return {"x": planes.reshape(right["x"].shape)}


def _last_maximum(torch: Any, windows: Any) -> Any:
    last = windows.shape[2] - 1 - windows.flip(2).argmax(2, keepdim=True)
    return torch.zeros_like(windows).scatter(2, last, 1.0)


def _all_maxima(torch: Any, windows: Any) -> Any:
    return (windows == windows.amax(2, keepdim=True)).double()


MISTAKES = (
    Mistake("the gradient goes in full to all tied maxima", backward=_spread(_all_maxima)),
    Mistake(
        "the gradient is shared between tied maxima",
        backward=_spread(lambda torch, w: _all_maxima(torch, w) / _all_maxima(torch, w).sum(2, keepdim=True)),
    ),
    Mistake("the gradient goes to the last maximum, not the first", backward=_spread(_last_maximum)),
    Mistake("where windows overlap, a pixel keeps the gradient of the last one, not their sum", backward=_overwritten),
    Mistake("the gradient is spread over the whole window", backward=_spread(lambda torch, w: torch.ones_like(w) / w.shape[2])),
    Mistake(
        "padding is 0 instead of -inf",
        forward=lambda torch, **a: _pool(
            torch, a, padding=(0, 0), x=torch.nn.functional.pad(a["x"], (a["padding"][1],) * 2 + (a["padding"][0],) * 2)
        ),
    ),
    Mistake("the maximum starts from 0, above what is negative", forward=lambda torch, **a: _pool(torch, a).clamp(min=0.0)),
    Mistake("takes the mean instead of the maximum", forward=lambda torch, **a: torch.nn.functional.avg_pool2d(
        a["x"], a["kernel_size"], a["stride"], a["padding"], a["ceil_mode"])),
    Mistake("the kernel's height and width are swapped", forward=lambda torch, **a: _pool(torch, a, kernel_size=a["kernel_size"][::-1])),
    Mistake("stride height and width are swapped", forward=lambda torch, **a: _pool(torch, a, stride=a["stride"][::-1])),
    Mistake("stride is ignored (the windows do not overlap)", forward=lambda torch, **a: _pool(torch, a, stride=a["kernel_size"])),
    Mistake("padding is ignored", forward=lambda torch, **a: _pool(torch, a, padding=(0, 0))),
    Mistake("dilation is ignored", forward=lambda torch, **a: _pool(torch, a, dilation=(1, 1))),
    Mistake("ceil_mode is ignored", forward=lambda torch, **a: _pool(torch, a, ceil_mode=False)),
    Mistake("takes the minimum", forward=lambda torch, **a: -_pool(torch, a, x=-a["x"])),
)  # fmt: skip
