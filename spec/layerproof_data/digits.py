"""The four files of a set of labelled images: the packaged MNIST, or any other in the same form."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layerproof.errors import DataError
from layerproof_data.idx import read_idx

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Digits:
    """Labelled images for training and for testing, read-only uint8 arrays.

    ``train_images`` and ``test_images`` are (N, H, W) with 0 for the background and 255 for full ink,
    ``train_labels`` and ``test_labels`` are (N,), each label less than ``classes``.
    """

    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes

    @property
    def classes(self) -> int:
        """The number of classes: one more than the largest label."""
        return int(self.train_labels.max()) + 1

    @property
    def image_shape(self) -> tuple[int, int]:
        """The height and width of every image."""
        height, width = self.train_images.shape[1:]
        return height, width


def load_digits(directory: Path | None = None) -> Digits:
    """Load labelled images.

    Arguments:
        directory: holds four IDX files named as those of MNIST: ``train-images-idx3-ubyte``,
            ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte``, ``t10k-labels-idx1-ubyte``, or with a dot in place
            of the second dash; each plain, or gzip with ``.gz`` behind its name. Where both are there, the plain one
            is read. None loads the packaged MNIST.

    Returns:
        The four arrays; images may have any size and labels any number of classes.

    Raises DataError, one line, when a file is missing or malformed, when images and labels differ in number, when a
    part is empty, when the images of the two parts differ in size, or when a test label is larger than every
    training label.
    """
    if directory is None:
        with resources.as_file(resources.files("layerproof_data")) as packaged:
            return _load(packaged)
    if not directory.is_dir():
        raise DataError(f"{directory}: is not a directory, but should hold the four IDX files of a data set")
    return _load(directory)


def _load(directory: Path) -> Digits:
    train_images, train_labels = _load_part(directory, "train")
    test_images, test_labels = _load_part(directory, "t10k")
    if train_images.shape[1:] != test_images.shape[1:]:
        raise DataError(
            f"{directory}: test images are {_size(test_images)}, but should be {_size(train_images)} as in training"
        )
    largest, largest_test = int(train_labels.max()), int(test_labels.max())
    if largest_test > largest:
        first = int(test_labels.argmax())
        raise DataError(
            f"{directory}: test label {first} is {largest_test}, but the largest training label is {largest}"
        )
    return Digits(train_images, train_labels, test_images, test_labels)


def _load_part(directory: Path, part: str) -> tuple[Bytes, Bytes]:
    images_path, labels_path = _find(directory, f"{part}-images", 3), _find(directory, f"{part}-labels", 1)
    images, labels = read_idx(images_path, ndim=3), read_idx(labels_path, ndim=1)
    if images.size == 0:
        raise DataError(f"{images_path}: holds {' x '.join(map(str, images.shape))} images, but should not be empty")
    if len(images) != len(labels):
        raise DataError(
            f"{labels_path}: holds {len(labels)} labels, but should hold {len(images)}, as many as {images_path.name}"
        )
    return images, labels


def _find(directory: Path, name: str, ndim: int) -> Path:
    stems = [f"{name}-idx{ndim}-ubyte", f"{name}.idx{ndim}-ubyte"]
    for suffix in ("", ".gz"):
        for stem in stems:
            path = directory / f"{stem}{suffix}"
            if path.is_file():
                return path
    raise DataError(f"{directory}: has no file {stems[0]}, nor {stems[1]}, nor either with .gz")


def _size(images: Bytes) -> str:
    return " x ".join(map(str, images.shape[1:]))
