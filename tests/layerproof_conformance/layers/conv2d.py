"""What the judge knows about conv2d: linear in each input, so every bound comes from the layer itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _windows as windows
from layerproof_conformance.layers._examples import Edges, numbers, ramp, with_value_at
from layerproof_conformance.layers._mistakes import changed, gradient_changed
from layerproof_conformance.oracle.bounds import Multilinear
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES = windows.CONVOLUTION_ATTRIBUTES
BOUND = Multilinear(fast_planes=True)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Images and kernels of which at most one direction is large."""
    groups = attributes["groups"]
    large, channels, outputs, kernel = windows.convolution_sizes(attributes, sampler)
    height, width = (
        windows.image_length(sampler, axis, kernel[axis], attributes, 33 if large == "width" and axis else 6)
        for axis in (0, 1)
    )
    batch = sampler.length(15, 33) if large == "batch" else sampler.batch(3)
    return {
        "x": sampler.recipe((batch, channels * groups, height, width)),
        "weight": sampler.recipe((outputs * groups, channels, *kernel), sampler.values(windows.profiles(attributes))),
        "bias": sampler.one_of((None, sampler.recipe((outputs * groups,)))),
        "grad_output": Recipe((), sampler.values(windows.profiles(attributes))),
    }


def _long(channels: int, side: int) -> dict[str, Any]:
    return {name: Recipe((1, channels, side, side), "positive") for name in ("x", "weight")}


def _three_by_three(values: str) -> dict[str, Any]:
    images, kernels = Recipe((2, 3, 10, 13), values), Recipe((5, 3, 3, 3), values)
    return {"x": images, "weight": kernels, "bias": Recipe((5,)), "padding": (1, 1)}


EXAMPLES = {"": {"x": numbers(2, 2, 5, 6), "weight": numbers(3, 2, 2, 3), "bias": ramp(3) - 0.5}}
EDGES: Edges = {
    "not_flipped": {"x": np.eye(5)[None, None], "weight": ramp(1, 1, 3, 3) ** 2},
    "stride_leaves_a_rest": {"x": numbers(1, 2, 8, 9), "weight": numbers(2, 2, 3, 2), "stride": (3, 4)},
    "stride_above_kernel": {"x": numbers(2, 1, 9, 8), "weight": numbers(2, 1, 1, 2), "stride": (3, 5)},
    "padding_above_kernel": {"x": numbers(1, 2, 2, 3), "weight": numbers(2, 2, 2, 2), "padding": (3, 4)},
    "depthwise": {"x": numbers(2, 4, 5, 6), "weight": numbers(8, 1, 3, 2), "groups": 4, "bias": ramp(8)},
    "inf_gradient_at_zero_input": {
        "x": np.where(numbers(1, 1, 5, 5) > 0, 0.0, 1.0), "weight": np.array([[[[0.0, 1.0], [0.0, -1.0]]]]),
        "grad_output": with_value_at(np.ones((1, 1, 4, 4)), 6, np.inf),
    },
    "inf_weight_over_a_black_image": {"x": numbers(2, 1, 4, 4) * np.array([1.0, 0.0]).reshape(2, 1, 1, 1), "weight": with_value_at(numbers(2, 1, 2, 2), 1, np.inf)},
    "inf_input_under_a_zero_gradient": {"x": with_value_at(numbers(2, 1, 4, 4), 21, np.inf), "weight": numbers(2, 1, 2, 2), "grad_output": np.zeros((2, 2, 3, 3))},
    "inf_input_at_a_zero_weight": {"x": with_value_at(numbers(2, 2, 4, 6), 7, np.inf), "weight": with_value_at(numbers(2, 2, 3, 2), 5, 0.0)},
    "more_than_sixteen_bits_of_pixels": {"x": Recipe((1, 1, 259, 263)), "weight": Recipe((1, 1, 2, 2))},
    "wide_image": {"x": Recipe((1, 1, 3, 1031)), "weight": Recipe((2, 1, 2, 3))},
    "sparse_gradient": {"x": numbers(2, 3, 8, 8), "weight": numbers(4, 3, 3, 3), "grad_output": np.where(numbers(2, 4, 6, 6) > 1.2, numbers(2, 4, 6, 6), 0.0)},
    "many_channels": {"x": Recipe((1, 130, 4, 4)), "weight": Recipe((5, 130, 3, 3)), "padding": (1, 1)},
    "pointwise_with_padding": {"x": numbers(2, 3, 4, 5), "weight": numbers(2, 3, 1, 1), "padding": (1, 2)},
    "many_outputs": {"x": Recipe((2, 3, 5, 5)), "weight": Recipe((130, 3, 2, 2)), "bias": Recipe((130,))},
    "long_sums": _long(130, 16),
    "very_long_sums": _long(64, 64),
    # where fast algorithms are in use, with numbers of every kind
    **{f"three_by_three_{values}": _three_by_three(values) for values in ("normal", "graded", "rows", "large", "mnist")},
}  # fmt: skip
MISTAKES = (
    changed("the kernel is flipped (a convolution in the mathematical sense)", weight=lambda a: a["weight"].flip(2, 3)),
    gradient_changed("grad_x uses the kernel unflipped", "x", weight=lambda a: a["weight"].flip(2, 3)),
    *windows.CONVOLUTION_MISTAKES,
)
