"""What the judge knows about conv_transpose2d: linear in each input, so every bound comes from the layer itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "stride": ((1, 1), (2, 1), (1, 2), (2, 2), (3, 2)),
    "padding": ((0, 0), (1, 0), (0, 1), (1, 1), (2, 3)),
    "output_padding": ((0, 0), (1, 0), (0, 1), (1, 1), (2, 1)),
    "dilation": ((1, 1), (2, 1), (1, 2), (2, 3)),
    "groups": (1, 2, 3),
}
BOUND = Multilinear(fast_planes=True)
FINITE = tuple(profile for profile in FLOAT_PROFILES if profile != "special")


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Images and kernels of which at most one direction is large; validation refuses those that leave no output."""
    large = sampler.one_of(("none", "none", "channels", "outputs", "width", "batch", "kernel"))
    groups = attributes["groups"]
    channels = sampler.length(9, 65) if large == "channels" else sampler.integer(1, 3)
    outputs = sampler.length(9, 65) if large == "outputs" else sampler.integer(1, 3)
    kernel = [sampler.integer(1, 5 if large == "kernel" else 3) for _ in "hw"]
    least = [1 + 2 * pad // step for pad, step in zip(attributes["padding"], attributes["stride"], strict=True)]
    height, width = (least[axis] + sampler.integer(0, 33 if large == "width" and axis else 5) for axis in (0, 1))
    batch = sampler.length(15, 33) if large == "batch" else sampler.batch(3)
    # infinities of x or weight that meet padding are not defined, so only grad_output has special values there
    finite = FINITE if any(attributes["padding"]) else FLOAT_PROFILES
    return {
        "x": sampler.recipe((batch, channels * groups, height, width), sampler.values(finite)),
        "weight": sampler.recipe((channels * groups, outputs, *kernel), sampler.values(finite)),
        "bias": sampler.one_of((None, sampler.recipe((outputs * groups,)))),
    }


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


def _long(channels: int, outputs: int, side: int) -> Any:
    """Each output adds up all channels, each grad_x all outputs, and each grad_weight a whole image."""
    return lambda: {
        "x": Recipe((1, channels, side, side), "positive"),
        "weight": Recipe((channels, outputs, 1, 1), "positive"),
        "bias": Recipe((outputs,), "positive"),
    }


EDGES: dict[str, Any] = {
    "pixel_times_pixel": lambda: {
        "x": np.array([[[[3.0]]]]), "weight": np.array([[[[-2.0]]]]), "bias": np.array([0.5]),
    },
    "one_pixel_shows_the_kernel": lambda: {"x": np.array([[[[2.0]]]]), "weight": _numbers(1, 1, 3, 4)},
    "inf_weight_under_black_pixels": lambda: {
        "x": np.array([[[[0.0, 1.0], [2.0, 0.0]]], [[[0.0, 0.0], [0.0, -0.0]]]]),
        "weight": np.array([[[[np.inf, 1.0]], [[0.5, np.nan]]]]),
    },
    "inf_input_under_a_zero_gradient": lambda: {
        "x": np.array([[[[np.inf, 1.0], [2.0, 0.0]]]]), "weight": _numbers(1, 2, 2, 2), "grad_output": np.zeros((1, 2, 3, 3)),
    },
    "not_flipped": lambda: {"x": np.eye(4)[None, None], "weight": np.arange(9.0).reshape(1, 1, 3, 3) ** 2},
    "wide_image_tall_kernel": lambda: {
        "x": _numbers(2, 2, 3, 8), "weight": _numbers(2, 3, 4, 2), "bias": np.arange(3.0),
    },
    "kernels_do_not_touch": lambda: {
        "x": _numbers(2, 2, 3, 4), "weight": _numbers(2, 2, 1, 2), "bias": np.array([1.0, -2.0]), "stride": (3, 4),
    },
    "output_padding_is_reached": lambda: {
        "x": _numbers(1, 2, 3, 4), "weight": _numbers(2, 2, 3, 3), "stride": (2, 2), "padding": (1, 1),
        "output_padding": (1, 1),
    },
    "output_padding_is_only_bias": lambda: {
        "x": _numbers(1, 1, 2, 2), "weight": _numbers(1, 2, 2, 2), "bias": np.array([3.0, -1.0]), "stride": (4, 3),
        "output_padding": (3, 2),
    },
    "output_padding_below_dilation": lambda: {
        "x": _numbers(2, 1, 4, 3), "weight": _numbers(1, 2, 2, 3), "dilation": (3, 2), "output_padding": (2, 1),
    },
    "padding_cuts_kernels": lambda: {"x": _numbers(1, 2, 4, 5), "weight": _numbers(2, 2, 3, 2), "padding": (2, 2)},
    "padding_leaves_one_pixel": lambda: {"x": _numbers(2, 1, 2, 2), "weight": _numbers(1, 1, 2, 2), "padding": (1, 1)},
    "depthwise": lambda: {
        "x": _numbers(2, 4, 3, 4), "weight": _numbers(4, 2, 3, 2), "bias": np.arange(8.0), "groups": 4,
        "stride": (2, 1),
    },
    "no_samples": lambda: {"x": np.zeros((0, 2, 3, 4)), "weight": _numbers(2, 3, 2, 3), "bias": np.arange(3.0)},
    "nan_and_inf": lambda: {
        "x": np.where(np.arange(48).reshape(2, 2, 3, 4) % 31 == 7, np.inf, _numbers(2, 2, 3, 4)),
        "weight": np.where(np.arange(24).reshape(2, 2, 3, 2) == 5, 0.0, _numbers(2, 2, 3, 2)),
    },
    "nan_in_one_sample": lambda: {
        "x": np.where(np.arange(36).reshape(3, 1, 3, 4) == 20, np.nan, _numbers(3, 1, 3, 4)),
        "weight": _numbers(1, 2, 2, 2),
        "stride": (2, 3),
    },
    "inf_gradient": lambda: {
        "x": np.where(_numbers(1, 1, 3, 3) > 0, 0.0, 1.0),
        "weight": np.array([[[[0.0, 1.0], [0.0, -1.0]]]]),
        "grad_output": np.where(np.arange(16).reshape(1, 1, 4, 4) == 6, np.inf, 1.0),
    },
    "digits_twice_as_large": lambda: {
        "x": Recipe((2, 1, 14, 14), "mnist"), "weight": Recipe((1, 2, 4, 4)), "stride": (2, 2), "padding": (1, 1),
        "bias": Recipe((2,)),
    },
    "many_channels": lambda: {"x": Recipe((1, 130, 3, 3)), "weight": Recipe((130, 3, 3, 3)), "padding": (1, 1)},
    "many_outputs": lambda: {"x": Recipe((2, 3, 4, 4)), "weight": Recipe((3, 130, 2, 2)), "bias": Recipe((130,))},
    "long_sums": _long(1000, 3, 3),
    "very_long_sums": _long(2, 1, 512),
    "large_batch": lambda: {"x": Recipe((129, 1, 4, 4), "mnist"), "weight": Recipe((1, 2, 3, 3)), "bias": Recipe((2,))},
}  # fmt: skip


def _conv(torch: Any, a: Mapping[str, Any], **changed: Any) -> Any:
    given = {**a, **changed}
    return torch.nn.functional.conv_transpose2d(given.pop("x"), **given)


def _plain(torch: Any, a: Mapping[str, Any]) -> Any:
    """What conv2d makes of the same kernels."""
    weight = a["weight"].transpose(0, 1)
    return torch.nn.functional.conv2d(a["x"], weight, a["bias"], a["stride"], a["padding"], a["dilation"])


def _blank(torch: Any, a: Mapping[str, Any]) -> Any:
    """The output with the rows and columns of output_padding not computed, but left at the bias."""
    (bottom, right), missing = a["output_padding"], a["bias"] is None
    computed = _conv(torch, a, output_padding=(0, 0), bias=None)
    added = torch.nn.functional.pad(computed, (0, right, 0, bottom))
    return added if missing else added + a["bias"][:, None, None]


MISTAKES = (
    Mistake("the kernel is flipped", lambda torch, **a: _conv(torch, a, weight=a["weight"].flip(2, 3))),
    Mistake(
        "the kernel's height and width are swapped",
        lambda torch, **a: _conv(torch, a, weight=a["weight"].transpose(2, 3)),
    ),
    Mistake(
        "the weight's inputs and outputs are swapped",
        lambda torch, **a: _conv(torch, a, weight=a["weight"].transpose(0, 1)),
    ),
    Mistake("is conv2d, not its transpose", lambda torch, **a: _plain(torch, a)),
    Mistake("stride height and width are swapped", lambda torch, **a: _conv(torch, a, stride=a["stride"][::-1])),
    Mistake("padding height and width are swapped", lambda torch, **a: _conv(torch, a, padding=a["padding"][::-1])),
    Mistake(
        "output_padding height and width are swapped",
        lambda torch, **a: _conv(torch, a, output_padding=a["output_padding"][::-1]),
    ),
    Mistake("dilation height and width are swapped", lambda torch, **a: _conv(torch, a, dilation=a["dilation"][::-1])),
    Mistake("stride is ignored", lambda torch, **a: _conv(torch, a, stride=(1, 1))),
    Mistake("padding is ignored", lambda torch, **a: _conv(torch, a, padding=(0, 0))),
    Mistake("output_padding is ignored", lambda torch, **a: _conv(torch, a, output_padding=(0, 0))),
    Mistake("the kernel does not reach the rows and columns of output_padding", lambda torch, **a: _blank(torch, a)),
    Mistake("dilation is ignored", lambda torch, **a: _conv(torch, a, dilation=(1, 1))),
    Mistake("the bias is not added", lambda torch, **a: _conv(torch, a, bias=None)),
    Mistake(
        "grad_weight is the mean over the batch, not the sum",
        backward=lambda torch, a, g, right: {"weight": right["weight"] / len(a["x"])},
    ),
    Mistake(
        "grad_bias is the mean over the batch, not the sum",
        backward=lambda torch, a, g, right: {"bias": right["bias"] / len(a["x"])},
    ),
    Mistake(
        "grad_bias is the mean over batch and positions",
        backward=lambda torch, a, g, right: {"bias": g.mean((0, 2, 3))},
    ),
    Mistake("grad_weight is flipped", backward=lambda torch, a, g, right: {"weight": right["weight"].flip(2, 3)}),
    Mistake(
        "grad_x uses the kernel flipped",
        backward=lambda torch, a, g, right: {
            "x": torch.autograd.grad(_conv(torch, a, weight=a["weight"].flip(2, 3)), a["x"], g)[0]
        },
    ),
    Mistake(
        "only the first sample counts in grad_weight",
        backward=lambda torch, a, g, right: {"weight": torch.autograd.grad(_conv(torch, a)[:1], a["weight"], g[:1])[0]},
    ),
)
