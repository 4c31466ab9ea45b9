"""Images shifted, rotated and scaled a little at random, so that a network sees none of them twice."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MARGIN = 2
"""Pixels of background around an image, behind which a coordinate is brought back to it."""


@dataclass(frozen=True)
class Augmentation:
    """How far images are moved at most: a shift in pixels, a rotation in degrees, and a scale as a share of 1."""

    shift: float = 2.0
    rotation: float = 10.0
    scale: float = 0.1

    def __call__(self, images: NDArray[np.uint8], generator: np.random.Generator) -> Array:
        """Move images (N, H, W); returns float32 from 0 to 255, interpolated between pixels, 0 beyond the image."""
        number, height, width = images.shape
        inverse, origin = self._maps(number, height, width, generator)
        down, across = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
        framed = np.zeros((number, height + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
        framed[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = images
        corner = np.arange(number, dtype=np.int32)[:, None, None] * (framed[0].size if number else 0)
        shares = []
        for axis, (length, stride) in enumerate(((height, framed.shape[2]), (width, 1))):
            place = inverse[:, axis, 0] * down + inverse[:, axis, 1] * across
            place += origin[:, axis]
            # beyond the frame everything is background, so it does not matter where there
            np.clip(place, 0, length + 2 * MARGIN - 2, out=place)
            whole = place.astype(np.int32)
            place -= whole
            shares.append(place)
            corner = corner + whole * stride
        return _interpolated(framed, corner, *shares)

    def _maps(self, number: int, height: int, width: int, generator: np.random.Generator) -> tuple[Array, Array]:
        """For each image the matrix and the offset that lead from its new pixels to the old ones within the frame."""
        angle, size, down, across = generator.uniform(-1, 1, (4, number))
        angle, size = angle * math.radians(self.rotation), 1 / (1 + size * self.scale)
        cosine, sine = np.cos(angle) * size, np.sin(angle) * size
        inverse = np.array([[cosine, -sine], [sine, cosine]]).transpose(2, 0, 1)
        middle = np.array([(height - 1) / 2, (width - 1) / 2])
        moved = middle + self.shift * np.array([down, across]).T
        origin = middle - np.einsum("nij,nj->ni", inverse, moved) + MARGIN
        return inverse.astype(np.float32)[..., None, None], origin.astype(np.float32)[..., None, None]


def _interpolated(framed: Array, corner: Array, down: Array, across: Array) -> Array:
    flat, width = framed.ravel(), framed.shape[2]
    upper, lower = (
        flat[corner + row] + across * (flat[corner + row + 1].astype(np.float32) - flat[corner + row])
        for row in (0, width)
    )
    lower -= upper
    lower *= down
    upper += lower
    moved: Array = upper
    return moved
