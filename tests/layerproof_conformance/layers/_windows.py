"""What the judge's files on convolutions and pools share."""

from collections.abc import Mapping, Sequence
from typing import Any

from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES

FINITE = tuple(profile for profile in FLOAT_PROFILES if profile != "special")


def image_length(sampler: CaseSampler, axis: int, kernel: int, attributes: Mapping[str, Any], room: int) -> int:
    """A height or width in which the dilated window fits at least once, with up to ``room`` pixels to spare."""
    window: int = attributes.get("dilation", (1, 1))[axis] * (kernel - 1) + 1
    least: int = max(1, window - 2 * attributes["padding"][axis])
    return least + sampler.integer(0, room)


def sees_the_image(length: int, axis: int, attributes: Mapping[str, Any]) -> bool:
    """Whether every window of a pool has at least one pixel of the image: PyTorch leaves the others open."""
    kernel, stride = attributes["kernel_size"][axis], attributes["stride"][axis]
    padding, dilation = attributes["padding"][axis], attributes.get("dilation", (1, 1))[axis]
    starts = range(-padding, length + padding, stride)
    return all(any(0 <= start + tap * dilation < length for tap in range(kernel)) for start in starts if start < length)


def pooled_images(
    attributes: Mapping[str, Any], sampler: CaseSampler, cut: bool = False
) -> dict[str, Recipe | None] | None:
    """Images of a pool in which at least one window fits; ``cut`` where with ceil_mode they may lack some of it."""
    large = sampler.one_of(("none", "none", "channels", "width"))
    kernel = attributes["kernel_size"]
    if any(2 * pad > size for pad, size in zip(attributes["padding"], kernel, strict=True)):
        return None
    height, width = (
        image_length(sampler, axis, kernel[axis], attributes, 34 if large == "width" and axis else 7) for axis in (0, 1)
    )
    if cut and attributes["ceil_mode"] and sampler.one_of((False, False, True)):
        height = max(1, height - sampler.integer(0, attributes["stride"][0] - 1))
    channels = sampler.length(9, 130) if large == "channels" else sampler.integer(1, 3)
    batch = 1 if large == "channels" else sampler.batch(3)
    return {"x": sampler.recipe((batch, channels, height, width))}


POOL_EXAMPLES = {"": {"x": numbers(2, 3, 5, 6), "kernel_size": (2, 3), "stride": (1, 2), "padding": (1, 1)}}
POOL_EDGES: Edges = {
    "of_one_pixel": {"x": numbers(2, 2, 3, 4), "kernel_size": (1, 1)},
    "of_one_pixel_with_a_stride": {"x": numbers(1, 2, 5, 4), "kernel_size": (1, 1), "stride": (2, 3)},
    "tall_window": {"x": numbers(1, 2, 7, 5), "kernel_size": (3, 1)},
    "tall_window_wide_stride": {"x": numbers(1, 1, 7, 9), "kernel_size": (3, 1), "stride": (1, 3)},
    "overlapping": {"x": numbers(2, 2, 5, 6), "kernel_size": (3, 2), "stride": (1, 1)},
    "stride_above_kernel": {"x": numbers(1, 2, 9, 8), "kernel_size": (2, 1), "stride": (3, 4)},
    "a_large_rest_is_left_out": {"x": numbers(2, 1, 5, 8), "kernel_size": (3, 5)},
    "a_rest_is_left_out": {"x": numbers(2, 1, 5, 7), "kernel_size": (2, 3)},
    "ceil_mode_takes_the_rest": {"x": numbers(2, 1, 5, 7), "kernel_size": (2, 3), "ceil_mode": True},
    "ceil_mode_window_outside": {"x": numbers(1, 1, 5, 5), "kernel_size": (2, 2), "stride": (3, 3), "padding": (1, 1), "ceil_mode": True},
    "whole_image": {"x": numbers(2, 3, 5, 6), "kernel_size": (5, 6)},
    "many_overlaps": {"x": Recipe((1, 1, 14, 14), "positive"), "kernel_size": (9, 9), "stride": (1, 1), "padding": (4, 4)},
}  # fmt: skip
POOL_ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "kernel_size": ((2, 2), (1, 2), (3, 2), (2, 3), (3, 3), (1, 1), (4, 5)),
    "stride": ((2, 2), (1, 1), (1, 2), (2, 1), (3, 3), (3, 2), (4, 5)),
    "padding": ((0, 0), (1, 1), (1, 0), (0, 1), (2, 2)),
}
CONVOLUTION_ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "stride": ((1, 1), (2, 1), (1, 2), (2, 2), (3, 2)),
    "padding": ((0, 0), (1, 0), (0, 1), (1, 1), (2, 3)),
    "dilation": ((1, 1), (2, 1), (1, 2), (2, 3)),
    "groups": (1, 2, 3),
}
CONVOLUTION_MISTAKES = (
    changed("the bias is subtracted", bias=lambda a: -a["bias"]),
    Mistake("grad_weight is flipped", backward=lambda torch, a, g, right: {"weight": right["weight"].flip(2, 3)}),
    Mistake("only the first sample counts in grad_weight", backward=lambda torch, a, g, right: {
        "weight": torch.autograd.grad(a.oracle.call(torch, **a)[:1], a["weight"], g[:1])[0]}),
)  # fmt: skip
"""Those of both convolutions."""


def convolution_sizes(attributes: Mapping[str, Any], sampler: CaseSampler) -> tuple[str, int, int, list[int]]:
    """Which direction is large, input and output channels of a group, and the size of the kernel."""
    large = sampler.one_of(("none", "none", "channels", "outputs", "width", "batch", "kernel"))
    channels = sampler.length(9, 65) if large == "channels" else sampler.integer(1, 3)
    outputs = sampler.length(9, 65) if large == "outputs" else sampler.integer(1, 3)
    return large, channels, outputs, [sampler.integer(1, 5 if large == "kernel" else 3) for _ in "hw"]


def profiles(attributes: Mapping[str, Any]) -> Sequence[str]:
    """Values for a convolution: infinities that meet padding are not defined."""
    return FINITE if any(attributes["padding"]) else FLOAT_PROFILES
