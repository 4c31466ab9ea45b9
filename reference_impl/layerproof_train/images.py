"""Make a picture of a digit, of any size and colour, into an image like those a network was trained on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layerproof_train.errors import TrainingError

if TYPE_CHECKING:
    from PIL.Image import Image

Array = NDArray[Any]
BOX = 20 / 28
"""The share of an image that a digit fills in MNIST, where its centre of mass lies in the middle."""
NOISE = 0.25
"""What is this much of the way from the background to full ink, or less, is paper."""


def read_image(path: Path, shape: tuple[int, int], as_it_is: bool = False) -> NDArray[np.uint8]:
    """Read a picture as an image of this shape (H, W), 0 for the background and 255 for full ink.

    A light background becomes dark, uneven light is evened out, and the digit is cut out, brought to the size that
    digits have in MNIST, and centred by its mass. With ``as_it_is`` the picture is made grey and resized, nothing else.

    Raises TrainingError, one line, for what is no picture, or holds nothing.
    """
    grey = _grey(path)
    if as_it_is:
        return _resized(grey, shape)
    ink = _ink(np.asarray(grey, np.float64))
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not rows.size:
        raise TrainingError(f"{path}: shows nothing but background")
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _centred(digit, shape)


def _grey(path: Path) -> "Image":
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise TrainingError("reading pictures needs Pillow: pip install 'layerproof[images]'") from error
    try:
        with Image.open(path) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read as a picture: {error.strerror or error}") from error
    except (ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TrainingError(f"{path}: cannot be read as a picture: {' '.join(str(error).split())}") from error
    # what is transparent lies on white paper
    return Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("L")


def _ink(grey: Array) -> Array:
    """How much ink is in each pixel, from 0 to 1: how far it is from the background, which the edge shows."""
    background = _plane(grey)
    distance = grey - background
    # ink is a small part of a picture: it is on the side with the larger extremes
    if -np.quantile(distance, 0.01) > np.quantile(distance, 0.99):
        distance = -distance
    full = float(np.quantile(distance, 0.995))
    if full < 24:  # of 255: less than that is the grain of the paper
        return np.zeros_like(grey)
    return np.where(distance > NOISE * full, np.clip(distance / full, 0, 1), 0)


def _plane(grey: Array) -> Array:
    """The background as a plane through the pixels of the edge, those that are least like the others left out."""
    height, width = grey.shape
    down, across = (axis / max(length - 1, 1) for axis, length in zip(np.indices(grey.shape), grey.shape, strict=True))
    margin = max(1, min(height, width) // 20)
    edge = np.ones(grey.shape, bool)
    edge[margin : height - margin, margin : width - margin] = False
    terms = np.stack([np.ones(grey.shape), down, across], -1)
    kept = edge & (
        np.abs(grey - np.median(grey[edge])) <= 1.5 * np.median(np.abs(grey[edge] - np.median(grey[edge]))) + 40
    )
    solution = np.linalg.lstsq(terms[kept], grey[kept], rcond=None)[0]
    plane: Array = terms @ solution
    return plane


def _centred(digit: Array, shape: tuple[int, int]) -> NDArray[np.uint8]:
    from PIL import Image

    height, width = digit.shape
    scale = min(shape[0] * BOX / height, shape[1] * BOX / width)
    size = max(1, round(height * scale)), max(1, round(width * scale))
    small = np.asarray(_resized(Image.fromarray((digit * 255).astype(np.uint8)), size), np.float64)
    small *= 255 / max(small.max(), 1)
    mass = small.sum()
    middle = [(small.sum(1 - axis) @ np.arange(size[axis])) / mass for axis in (0, 1)]
    corner = [int(np.clip(round(shape[axis] / 2 - middle[axis]), 0, shape[axis] - size[axis])) for axis in (0, 1)]
    image = np.zeros(shape, np.uint8)
    image[corner[0] : corner[0] + size[0], corner[1] : corner[1] + size[1]] = small
    return image


def _resized(grey: "Image", shape: tuple[int, int]) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(grey.resize((shape[1], shape[0]), Image.Resampling.LANCZOS), np.uint8)
