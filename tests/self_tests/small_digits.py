import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def idx(array: NDArray[np.uint8]) -> bytes:
    """The content of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_digits(
    directory: Path,
    training: int = 20,
    testing: int = 6,
    size: tuple[int, int] = (5, 7),
    classes: int = 4,
    dash: str = "-",
    packed: bool = False,
) -> Path:
    """Write the four files of a learnable set: each class lights up rows and columns of its own, over noise."""
    random = np.random.default_rng(0)
    for part, number in (("train", training), ("t10k", testing)):
        labels = (np.arange(number) % classes).astype(np.uint8)
        images = random.integers(0, 64, (number, *size), np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[label % size[0]] += 190
            image[:, label % size[1]] |= 128
        for kind, array in (("images", images), ("labels", labels)):
            path = directory / f"{part}-{kind}{dash}idx{array.ndim}-ubyte{'.gz' if packed else ''}"
            path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    return directory
