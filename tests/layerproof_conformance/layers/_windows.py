"""What the judge's files on convolutions and pools share."""

from collections.abc import Mapping
from typing import Any

from layerproof_conformance.types.sampler import CaseSampler


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
