"""What the judge knows about conv_transpose2d: linear in each input, so every bound comes from the layer itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _windows as windows
from layerproof_conformance.layers._examples import Edges, numbers, ramp, with_value_at
from layerproof_conformance.layers._mistakes import changed, gradient_changed
from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    name: windows.CONVOLUTION_ATTRIBUTES.get(name, ((0, 0), (1, 0), (0, 1), (1, 1), (2, 1)))
    for name in ("stride", "padding", "output_padding", "dilation", "groups")
}
BOUND = Multilinear(fast_planes=True)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Images and kernels of which at most one direction is large; validation refuses those that leave no output."""
    groups = attributes["groups"]
    large, channels, outputs, kernel = windows.convolution_sizes(attributes, sampler)
    least = [1 + 2 * pad // step for pad, step in zip(attributes["padding"], attributes["stride"], strict=True)]
    height, width = (least[axis] + sampler.integer(0, 33 if large == "width" and axis else 5) for axis in (0, 1))
    batch = sampler.length(15, 33) if large == "batch" else sampler.batch(3)
    return {
        "x": sampler.recipe((batch, channels * groups, height, width), sampler.values(windows.profiles(attributes))),
        "weight": sampler.recipe((channels * groups, outputs, *kernel), sampler.values(windows.profiles(attributes))),
        "bias": sampler.one_of((None, sampler.recipe((outputs * groups,)))),
    }


def _long(channels: int, outputs: int, side: int) -> dict[str, Any]:
    """Each output adds up all channels, each grad_x all outputs, and each grad_weight a whole image."""
    shapes = {"x": (1, channels, side, side), "weight": (channels, outputs, 1, 1), "bias": (outputs,)}
    return {name: Recipe(shape, "positive") for name, shape in shapes.items()}


EXAMPLES = {"": {"x": numbers(2, 2, 3, 4), "weight": numbers(2, 3, 2, 3), "bias": ramp(3) - 0.5}}
EDGES: Edges = {
    "one_pixel_shows_the_kernel": {"x": np.array([[[[2.0]]]]), "weight": numbers(1, 1, 3, 4)},
    "inf_weight_under_black_pixels": {
        "x": np.array([[[[0.0, 1.0], [2.0, 0.0]]], [[[0.0, 0.0], [0.0, -0.0]]]]), "weight": np.array([[[[np.inf, 1.0]], [[0.5, np.nan]]]]),
    },
    "inf_input_under_a_zero_gradient": {"x": np.array([[[[np.inf, 1.0], [2.0, 0.0]]]]), "weight": numbers(1, 2, 2, 2), "grad_output": np.zeros((1, 2, 3, 3))},
    "not_flipped": {"x": np.eye(4)[None, None], "weight": ramp(1, 1, 3, 3) ** 2},
    "kernels_do_not_touch": {"x": numbers(2, 2, 3, 4), "weight": numbers(2, 2, 1, 2), "bias": np.array([1.0, -2.0]), "stride": (3, 4)},
    "output_padding_is_reached": {"x": numbers(1, 2, 3, 4), "weight": numbers(2, 2, 3, 3), "stride": (2, 2), "padding": (1, 1), "output_padding": (1, 1)},
    "output_padding_is_only_bias": {
        "x": numbers(1, 1, 2, 2), "weight": numbers(1, 2, 2, 2), "bias": np.array([3.0, -1.0]), "stride": (4, 3), "output_padding": (3, 2),
    },
    "output_padding_below_dilation": {"x": numbers(2, 1, 4, 3), "weight": numbers(1, 2, 2, 3), "dilation": (3, 2), "output_padding": (2, 1)},
    "padding_cuts_kernels": {"x": numbers(1, 2, 4, 5), "weight": numbers(2, 2, 3, 2), "padding": (2, 2)},
    "padding_leaves_one_pixel": {"x": numbers(2, 1, 2, 2), "weight": numbers(1, 1, 2, 2), "padding": (1, 1)},
    "depthwise": {"x": numbers(2, 4, 3, 4), "weight": numbers(4, 2, 3, 2), "bias": ramp(8), "groups": 4, "stride": (2, 1)},
    "inf_input_at_a_zero_weight": {"x": with_value_at(numbers(2, 2, 3, 4), 7, np.inf), "weight": with_value_at(numbers(2, 2, 3, 2), 5, 0.0)},
    "nan_in_one_sample": {"x": with_value_at(numbers(3, 1, 3, 4), 20, np.nan), "weight": numbers(1, 2, 2, 2), "stride": (2, 3)},
    "inf_gradient_at_zero_input": {
        "x": np.where(numbers(1, 1, 3, 3) > 0, 0.0, 1.0), "weight": np.array([[[[0.0, 1.0], [0.0, -1.0]]]]),
        "grad_output": with_value_at(np.ones((1, 1, 4, 4)), 6, np.inf),
    },
    "digits_twice_as_large": {"x": Recipe((2, 1, 14, 14), "mnist"), "weight": Recipe((1, 2, 4, 4)), "stride": (2, 2), "padding": (1, 1), "bias": Recipe((2,))},
    "many_channels": {"x": Recipe((1, 130, 3, 3)), "weight": Recipe((130, 3, 3, 3)), "padding": (1, 1)},
    "many_outputs": {"x": Recipe((2, 3, 4, 4)), "weight": Recipe((3, 130, 2, 2)), "bias": Recipe((130,))},
    "long_sums": _long(1000, 3, 3),
    "very_long_sums": _long(2, 1, 512),
}  # fmt: skip


def _plain(torch: Any, a: Mapping[str, Any]) -> Any:
    """What conv2d makes of the same kernels."""
    weight = a["weight"].transpose(0, 1)
    return torch.nn.functional.conv2d(a["x"], weight, a["bias"], a["stride"], a["padding"], a["dilation"])


def _blank(torch: Any, a: Mapping[str, Any]) -> Any:
    """The output with the rows and columns of output_padding not computed, but left at the bias."""
    (bottom, right), kept = a["output_padding"], ("weight", "stride", "padding", "groups", "dilation")
    computed = torch.nn.functional.conv_transpose2d(a["x"], **{name: a[name] for name in kept})
    blank = torch.nn.functional.pad(computed, (0, right, 0, bottom))
    return blank if a["bias"] is None else blank + a["bias"][:, None, None]


MISTAKES = (
    changed("the kernel is flipped", weight=lambda a: a["weight"].flip(2, 3)),
    changed("the weight's inputs and outputs are swapped", weight=lambda a: a["weight"].transpose(0, 1)),
    Mistake("is conv2d, not its transpose", lambda torch, **a: _plain(torch, a)),
    Mistake("the kernel does not reach the rows and columns of output_padding", lambda torch, **a: _blank(torch, a)),
    gradient_changed("grad_x uses the kernel flipped", "x", weight=lambda a: a["weight"].flip(2, 3)),
    *windows.CONVOLUTION_MISTAKES,
)
