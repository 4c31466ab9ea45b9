"""Batches of normalised images, in buffers that are used again for the next batch."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from layerproof_train.augmentation import Augmentation

Array = NDArray[Any]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Normalisation:
    """Subtract the mean of all pixels and divide by their standard deviation."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, images: Pixels) -> Self:
        """Measure the images; those of one value only are shifted and not scaled."""
        counts = np.zeros(256, np.int64)
        for start in range(0, len(images), 1024):  # bincount needs eight bytes for each pixel
            counts += np.bincount(images[start : start + 1024].ravel(), minlength=256)
        values = np.arange(256)
        mean = float(counts @ values / counts.sum())
        deviation = math.sqrt(float(counts @ (values - mean) ** 2 / counts.sum()))
        return cls(mean, deviation or 1.0)


class Batches:
    """Images and labels in batches.

    Arguments:
        images: (N, H, W), uint8.
        labels: (N,), the class of each.
        normalisation: of the images.
        batch_size: the number of images in each batch but the last, which has what is left.
        dtype: of what is handed out.
        augmentation: of the images of shuffled batches.

    Each batch is ``(x, target)``, x (n, 1, H, W) and target (n,) int64, and is overwritten by the next.
    """

    def __init__(
        self,
        images: Pixels,
        labels: Pixels,
        normalisation: Normalisation,
        batch_size: int,
        dtype: Any = np.float32,
        augmentation: Augmentation | None = None,
    ) -> None:
        self._augmentation = augmentation
        self._images, self._labels = images, labels.astype(np.int64)
        self._scale = np.dtype(dtype).type(1 / normalisation.deviation)
        self._shift = np.dtype(dtype).type(-normalisation.mean / normalisation.deviation)
        self._size = min(batch_size, len(images))
        self._pixels: Pixels = np.empty((self._size, 1, *images.shape[1:]), np.uint8)
        self._x = np.empty(self._pixels.shape, dtype)
        self._target = np.empty(self._size, np.int64)

    @property
    def images(self) -> int:
        """The number of images."""
        return len(self._images)

    def __len__(self) -> int:
        return math.ceil(len(self._images) / self._size)

    def in_order(self) -> Iterator[tuple[Array, Array]]:
        """All batches in the order of the images."""
        order = np.arange(len(self._images))
        return (self._batch(order, position, None) for position in range(len(self)))

    def shuffled(
        self,
        generator: np.random.Generator,
        first: int = 0,
        augmenting: Callable[[int], np.random.Generator] | None = None,
    ) -> Iterator[tuple[Array, Array]]:
        """All batches of an order drawn from the generator, from the one at position ``first`` on.

        ``augmenting`` gives the generator for the batch at a position, where there is an augmentation.
        """
        order = generator.permutation(len(self._images))
        augmenting = augmenting if self._augmentation is not None else None
        return (
            self._batch(order, position, augmenting(position) if augmenting else None)
            for position in range(first, len(self))
        )

    def _batch(self, order: Array, position: int, generator: np.random.Generator | None) -> tuple[Array, Array]:
        chosen = order[position * self._size : (position + 1) * self._size]
        pixels, x, target = (buffer[: len(chosen)] for buffer in (self._pixels, self._x, self._target))
        # mode="clip": with the default np.take checks first, and copies everything once more
        np.take(self._images, chosen, axis=0, out=pixels[:, 0], mode="clip")
        np.take(self._labels, chosen, out=target, mode="clip")
        if self._augmentation is not None and generator is not None:
            grey: Any = pixels[:, 0]
            moved = self._augmentation(grey, generator)
            np.multiply(moved[:, None], self._scale, out=x)
        else:
            np.multiply(pixels, self._scale, out=x)
        x += self._shift
        return x, target
