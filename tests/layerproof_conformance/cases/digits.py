"""The digits that the judge draws from: the 10,000 test images of MNIST."""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_data.digits import load_digits

Array = NDArray[Any]
SIDE = 28


@functools.cache
def test_set() -> tuple[Array, Array]:
    """Images (10000, 28, 28) as bytes, and their labels."""
    digits = load_digits()
    return digits.test_images, digits.test_labels


def fill_with_digits(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """An array of any shape whose last two axes are crops of digits in [0, 1], repeated where they are larger."""
    images, _ = test_set()
    rows, columns = (1, *shape)[-2:] if shape else (1, 1)
    count = int(np.prod(shape[:-2], dtype=int))
    chosen = images[rng.integers(0, len(images), count)]
    row, column = max(0, (SIDE - rows) // 2), max(0, (SIDE - columns) // 2)
    crop = chosen[:, (row + np.arange(rows)) % SIDE][:, :, (column + np.arange(columns)) % SIDE]
    return crop.reshape(shape) / 255.0
