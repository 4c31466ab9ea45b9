"""What the judge knows about max_pool2d: values are selected; a gradient is a sum where windows overlap."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _windows as windows
from layerproof_conformance.layers._examples import Edges, numbers, ramp
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.oracle.bounds import ExactSelection
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES = {**windows.POOL_ATTRIBUTES, "dilation": ((1, 1), (2, 1), (1, 2), (2, 3)), "ceil_mode": (False, True)}
BOUND = ExactSelection()
arrays = windows.pooled_images


def defined(arguments: Mapping[str, Any]) -> bool:
    """Whether every window sees the image: for the others PyTorch writes its gradient outside the array."""
    return all(windows.sees_the_image(length, axis, arguments) for axis, length in enumerate(arguments["x"].shape[2:]))


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but the gradient at NaN where an image has several: which of them gets it, PyTorch leaves open."""
    nans = np.isnan(arguments["x"])
    several = nans.sum(axis=(2, 3), keepdims=True) > 1
    return {"grad_x": ~(nans & several)} if several.any() else {}


EXAMPLES = windows.POOL_EXAMPLES
_HALF = {"kernel_size": (2, 2)}
EDGES: Edges = {
    **windows.POOL_EDGES,
    "one_tied_window": {"x": np.ones((1, 1, 2, 2)), **_HALF},
    "two_tie_in_a_window": {"x": np.array([[[[1.0, 3, 0, 2], [3, 0, 2, 2]]]]), **_HALF},
    "ties_in_overlapping_windows": {"x": np.ones((2, 2, 4, 5)), "kernel_size": (3, 2), "stride": (1, 1)},
    "ties_of_zeros_and_negative_zeros": {"x": np.array([[[[-0.0, 0.0, 0.0, -0.0], [0.0, -0.0, -1.0, -1.0]]]]), **_HALF},
    "tie_below_then_right": {"x": np.array([[[[0.0, 1.0], [1.0, 0.0]]]]), **_HALF},
    "negative_only": {"x": -1.0 - ramp(1, 2, 4, 4), **_HALF},
    "negative_only_with_padding": {"x": -1.0 - ramp(1, 1, 4, 5), "kernel_size": (3, 3), "padding": (1, 1)},
    "all_minus_infinity_with_padding": {"x": np.full((1, 1, 3, 3), -np.inf), **_HALF, "stride": (1, 1), "padding": (1, 1)},
    "nan_wins": {"x": np.array([[[[1.0, np.nan, 5.0, 2.0], [3.0, 4.0, np.inf, 1.0]]], [[[1.0, 7.0, 5.0, 2.0], [-np.inf, 4.0, 0.0, np.nan]]]]), **_HALF},
    "first_then_nan": {"x": np.array([[[[9.0, 1.0], [np.nan, 10.0]]]]), **_HALF},
    "dilated": {"x": numbers(2, 2, 7, 8), "kernel_size": (2, 3), "stride": (1, 2), "dilation": (3, 2)},
    "more_than_sixteen_bits_of_pixels": {"x": Recipe((1, 1, 259, 263)), "kernel_size": (2, 3)},
    "more_than_eight_bits_of_a_window": {"x": Recipe((2, 2, 18, 20)), "kernel_size": (17, 17), "stride": (1, 1)},
    "more_than_sixteen_bits_of_a_window": {"x": Recipe((1, 1, 259, 263)), "kernel_size": (259, 263)},
}  # fmt: skip


def _spread(pick: Any) -> Any:
    """A backward (without ceil_mode) that hands each window's gradient out by weights over its pixels, along axis 2."""

    def backward(torch: Any, a: Mapping[str, Any], g: Any, right: Any) -> dict[str, Any]:
        x, (pad_h, pad_w) = a["x"].detach().clone().requires_grad_(), a["padding"]
        padded = torch.nn.functional.pad(x, (pad_w, pad_w, pad_h, pad_h), value=-1e30)
        columns = torch.nn.functional.unfold(padded, a["kernel_size"], dilation=a["dilation"], stride=a["stride"])
        windows = columns.reshape(*x.shape[:2], -1, columns.shape[-1])
        weights = pick(torch, windows.detach())
        return {"x": torch.autograd.grad(windows, x, weights * g.reshape(*g.shape[:2], 1, -1))[0]}

    return backward


def _overwritten(torch: Any, a: Mapping[str, Any], g: Any, right: Any) -> dict[str, Any]:
    """Each window in turn writes its gradient to its maximum, over what is there."""
    rest = {name: value for name, value in a.items() if name != "x"}
    winners = torch.nn.functional.max_pool2d(a["x"].detach(), **rest, return_indices=True)[1].flatten(0, 1).flatten(1)
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


def _padded_with_0(a: Mapping[str, Any]) -> Any:
    (pad_h, pad_w), x = a["padding"], a["x"]
    padded = x.new_zeros((*x.shape[:2], x.shape[2] + 2 * pad_h, x.shape[3] + 2 * pad_w))
    padded[:, :, pad_h : pad_h + x.shape[2], pad_w : pad_w + x.shape[3]] = x
    return padded


MISTAKES = (
    Mistake("the gradient goes in full to all tied maxima", backward=_spread(_all_maxima)),
    Mistake("the gradient is shared between tied maxima", backward=_spread(lambda torch, w: _all_maxima(torch, w) / _all_maxima(torch, w).sum(2, keepdim=True))),
    Mistake("the gradient goes to the last maximum, not the first", backward=_spread(_last_maximum)),
    Mistake("where windows overlap, a pixel keeps the gradient of the last one, not their sum", backward=_overwritten),
    Mistake("the gradient is spread over the whole window", backward=_spread(lambda torch, w: torch.ones_like(w) / w.shape[2])),
    changed("padding is 0 instead of -inf", x=_padded_with_0, padding=(0, 0)),
    Mistake("the maximum starts from 0, above what is negative", lambda torch, x, **a: torch.nn.functional.max_pool2d(x, **a).clamp(min=0.0)),
    Mistake("takes the mean instead of the maximum", lambda torch, **a: torch.nn.functional.avg_pool2d(
        a["x"], a["kernel_size"], a["stride"], a["padding"], a["ceil_mode"])),
    Mistake("takes the minimum", lambda torch, x, **a: -torch.nn.functional.max_pool2d(-x, **a)),
)  # fmt: skip
