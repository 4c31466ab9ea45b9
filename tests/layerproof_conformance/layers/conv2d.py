"""What the judge knows about conv2d: linear in each input, so every bound comes from the layer itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._windows import image_length
from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "stride": ((1, 1), (2, 1), (1, 2), (2, 2), (3, 2)),
    "padding": ((0, 0), (1, 0), (0, 1), (1, 1), (2, 3)),
    "dilation": ((1, 1), (2, 1), (1, 2), (2, 3)),
    "groups": (1, 2, 3),
}
BOUND = Multilinear(fast_planes=True)
FINITE = tuple(profile for profile in FLOAT_PROFILES if profile != "special")


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Images and kernels of which at most one direction is large."""
    large = sampler.one_of(("none", "none", "channels", "outputs", "width", "batch", "kernel"))
    groups = attributes["groups"]
    channels = sampler.length(9, 65) if large == "channels" else sampler.integer(1, 3)
    outputs = sampler.length(9, 65) if large == "outputs" else sampler.integer(1, 3)
    kernel = [sampler.integer(1, 5 if large == "kernel" else 3) for _ in "hw"]
    height, width = (
        image_length(sampler, axis, kernel[axis], attributes, 33 if large == "width" and axis else 6) for axis in (0, 1)
    )
    batch = sampler.length(15, 33) if large == "batch" else sampler.batch(3)
    # infinities of weight or grad_output that meet padding are not defined, so only x has special values there
    finite = FINITE if any(attributes["padding"]) else FLOAT_PROFILES
    found: dict[str, Recipe | None] = {
        "x": sampler.recipe((batch, channels * groups, height, width)),
        "weight": sampler.recipe((outputs * groups, channels, *kernel), sampler.values(finite)),
        "bias": sampler.one_of((None, sampler.recipe((outputs * groups,)))),
    }
    return {**found, "grad_output": Recipe((), sampler.values(finite))}


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


def _long(channels: int, side: int) -> Any:
    return lambda: {
        "x": Recipe((1, channels, side, side), "positive"),
        "weight": Recipe((1, channels, side, side), "positive"),
        "bias": None,
    }


def _three_by_three(values: str) -> Any:
    return lambda: {
        "x": Recipe((2, 3, 10, 13), values),
        "weight": Recipe((5, 3, 3, 3), values),
        "bias": Recipe((5,)),
        "padding": (1, 1),
    }


EDGES: dict[str, Any] = {
    "pixel_times_pixel": lambda: {"x": np.array([[[[3.0]]]]), "weight": np.array([[[[-2.0]]]])},
    "not_flipped": lambda: {"x": np.eye(5)[None, None], "weight": np.arange(9.0).reshape(1, 1, 3, 3) ** 2},
    "wide_image_tall_kernel": lambda: {
        "x": _numbers(2, 2, 5, 11),
        "weight": _numbers(3, 2, 4, 2),
        "bias": np.arange(3.0),
    },
    "stride_leaves_a_rest": lambda: {"x": _numbers(1, 2, 8, 9), "weight": _numbers(2, 2, 3, 2), "stride": (3, 4)},
    "stride_above_kernel": lambda: {"x": _numbers(2, 1, 9, 8), "weight": _numbers(2, 1, 1, 2), "stride": (3, 5)},
    "padding_above_kernel": lambda: {"x": _numbers(1, 2, 2, 3), "weight": _numbers(2, 2, 2, 2), "padding": (3, 4)},
    "depthwise": lambda: {
        "x": _numbers(2, 4, 5, 6),
        "weight": _numbers(8, 1, 3, 2),
        "groups": 4,
        "bias": np.arange(8.0),
    },
    "no_samples": lambda: {"x": np.zeros((0, 2, 5, 4)), "weight": _numbers(3, 2, 2, 3), "bias": np.arange(3.0)},
    "nan_and_inf": lambda: {
        "x": np.where(np.arange(96).reshape(2, 2, 4, 6) % 31 == 7, np.inf, _numbers(2, 2, 4, 6)),
        "weight": np.where(np.arange(24).reshape(2, 2, 3, 2) == 5, 0.0, _numbers(2, 2, 3, 2)),
    },
    "nan_in_one_sample": lambda: {
        "x": np.where(np.arange(90).reshape(3, 1, 5, 6) == 40, np.nan, _numbers(3, 1, 5, 6)),
        "weight": _numbers(2, 1, 2, 2),
    },
    "inf_gradient_at_zero_input": lambda: {
        "x": np.where(_numbers(1, 1, 5, 5) > 0, 0.0, 1.0),
        "weight": np.array([[[[0.0, 1.0], [0.0, -1.0]]]]),
        "grad_output": np.where(np.arange(16).reshape(1, 1, 4, 4) == 6, np.inf, 1.0),
    },
    "inf_weight_over_a_black_image": lambda: {
        "x": _numbers(2, 1, 4, 4) * np.array([1.0, 0.0]).reshape(2, 1, 1, 1),
        "weight": np.where(np.arange(8).reshape(2, 1, 2, 2) == 1, np.inf, _numbers(2, 1, 2, 2)),
    },
    "inf_input_under_a_zero_gradient": lambda: {
        "x": np.where(np.arange(32).reshape(2, 1, 4, 4) == 21, np.inf, _numbers(2, 1, 4, 4)),
        "weight": _numbers(2, 1, 2, 2),
        "grad_output": np.zeros((2, 2, 3, 3)),
    },
    "more_than_sixteen_bits_of_pixels": lambda: {"x": Recipe((1, 1, 259, 263)), "weight": Recipe((1, 1, 2, 2))},
    "wide_image": lambda: {"x": Recipe((1, 1, 3, 1031)), "weight": Recipe((2, 1, 2, 3))},
    "many_samples": lambda: {"x": Recipe((301, 1, 3, 3)), "weight": Recipe((1, 1, 2, 2)), "bias": Recipe((1,))},
    "sparse_gradient": lambda: {
        "x": _numbers(2, 3, 8, 8),
        "weight": _numbers(4, 3, 3, 3),
        "grad_output": np.where(_numbers(2, 4, 6, 6) > 1.2, _numbers(2, 4, 6, 6), 0.0),
    },
    "many_channels": lambda: {"x": Recipe((1, 130, 4, 4)), "weight": Recipe((5, 130, 3, 3)), "padding": (1, 1)},
    "pointwise_with_padding": lambda: {"x": _numbers(2, 3, 4, 5), "weight": _numbers(2, 3, 1, 1), "padding": (1, 2)},
    "many_outputs": lambda: {"x": Recipe((2, 3, 5, 5)), "weight": Recipe((130, 3, 2, 2)), "bias": Recipe((130,))},
    "long_sums": _long(130, 16),
    "very_long_sums": _long(64, 64),
    # where fast algorithms are in use, with numbers of every kind
    **{
        f"three_by_three_{values}": _three_by_three(values) for values in ("normal", "graded", "rows", "large", "mnist")
    },
    "large_batch": lambda: {"x": Recipe((129, 1, 6, 6), "mnist"), "weight": Recipe((2, 1, 3, 3)), "bias": Recipe((2,))},
}


def _conv(torch: Any, a: Mapping[str, Any], **changed: Any) -> Any:
    given = {**a, **changed}
    return torch.nn.functional.conv2d(given.pop("x"), **given)


MISTAKES = (
    Mistake("the kernel is flipped (a convolution in the mathematical sense)", lambda torch, **a: _conv(torch, a, weight=a["weight"].flip(2, 3))),
    Mistake("the kernel's height and width are swapped", lambda torch, **a: _conv(torch, a, weight=a["weight"].transpose(2, 3))),
    Mistake("stride height and width are swapped", lambda torch, **a: _conv(torch, a, stride=a["stride"][::-1])),
    Mistake("padding height and width are swapped", lambda torch, **a: _conv(torch, a, padding=a["padding"][::-1])),
    Mistake("dilation height and width are swapped", lambda torch, **a: _conv(torch, a, dilation=a["dilation"][::-1])),
    Mistake("stride is ignored", lambda torch, **a: _conv(torch, a, stride=(1, 1))),
    Mistake("padding is ignored", lambda torch, **a: _conv(torch, a, padding=(0, 0))),
    Mistake("dilation is ignored", lambda torch, **a: _conv(torch, a, dilation=(1, 1))),
    Mistake("the bias is not added", lambda torch, **a: _conv(torch, a, bias=None)),
    Mistake("the bias is subtracted", lambda torch, **a: _conv(torch, a, bias=-a["bias"])),
    Mistake("grad_weight is the mean over the batch, not the sum", backward=lambda torch, a, g, right: {"weight": right["weight"] / len(a["x"])}),
    Mistake("grad_bias is the mean over the batch, not the sum", backward=lambda torch, a, g, right: {"bias": right["bias"] / len(a["x"])}),
    Mistake("grad_bias is the mean over batch and positions", backward=lambda torch, a, g, right: {"bias": g.mean((0, 2, 3))}),
    Mistake("grad_weight is flipped", backward=lambda torch, a, g, right: {"weight": right["weight"].flip(2, 3)}),
    Mistake(
        "grad_x uses the kernel unflipped",
        backward=lambda torch, a, g, right: {"x": torch.autograd.grad(_conv(torch, a, weight=a["weight"].flip(2, 3)), a["x"], g)[0]},
    ),
    Mistake("only the first sample counts in grad_weight", backward=lambda torch, a, g, right: {
        "weight": torch.autograd.grad(_conv(torch, a)[:1], a["weight"], g[:1])[0]
    }),
)  # fmt: skip
