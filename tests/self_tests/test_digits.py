import gzip
import hashlib
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from small_digits import idx, write_digits

from layerproof import DataError
from layerproof_data import load_digits

PACKAGED = {
    "train-images-idx3-ubyte.gz": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte.gz": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}


def error_of(directory: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_digits(directory)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(str(directory))
    return text.removeprefix(str(directory)).lstrip(":/ ")


@pytest.mark.parametrize(("name", "md5"), PACKAGED.items())
def test_the_packaged_files_are_mnist_byte_for_byte(name: str, md5: str) -> None:
    raw = gzip.decompress((resources.files("layerproof_data") / name).read_bytes())
    assert hashlib.md5(raw, usedforsecurity=False).hexdigest() == md5


def test_the_packaged_digits() -> None:
    digits = load_digits()
    assert digits.train_images.shape == (60_000, 28, 28)
    assert digits.test_images.shape == (10_000, 28, 28)
    assert np.bincount(digits.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(digits.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert digits.classes == 10
    assert digits.image_shape == (28, 28)
    for array in vars(digits).values():
        assert array.dtype == np.uint8
        assert not array.flags.writeable


@pytest.mark.parametrize("dash", ["-", "."])
@pytest.mark.parametrize("packed", [False, True])
def test_other_sets_of_any_size(tmp_path: Path, dash: str, packed: bool) -> None:
    digits = load_digits(write_digits(tmp_path, dash=dash, packed=packed))
    assert digits.train_images.shape == (20, 5, 7)
    assert digits.test_images.shape == (6, 5, 7)
    assert digits.classes == 4
    assert digits.image_shape == (5, 7)


def test_the_plain_file_goes_before_the_packed_one(tmp_path: Path) -> None:
    write_digits(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"broken")
    assert load_digits(tmp_path).train_images.shape == (20, 5, 7)


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    expected = "is not a directory, but should hold the four IDX files of a data set"
    assert error_of(tmp_path / "nowhere") == expected
    (tmp_path / "file").touch()
    assert error_of(tmp_path / "file") == expected


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        (
            "train-labels-idx1-ubyte",
            "has no file train-labels-idx1-ubyte, nor train-labels.idx1-ubyte, nor either with .gz",
        ),
        (
            "t10k-images-idx3-ubyte",
            "has no file t10k-images-idx3-ubyte, nor t10k-images.idx3-ubyte, nor either with .gz",
        ),
    ],
)
def test_a_missing_file(tmp_path: Path, missing: str, message: str) -> None:
    write_digits(tmp_path)
    (tmp_path / missing).unlink()
    assert error_of(tmp_path) == message


def bytes_array(*shape: int, value: int = 0) -> NDArray[np.uint8]:
    return np.full(shape, value, np.uint8)


@pytest.mark.parametrize(
    ("replaced", "message"),
    [
        (
            {"train-labels-idx1-ubyte": bytes_array(19)},
            "train-labels-idx1-ubyte: holds 19 labels, but should hold 20, as many as train-images-idx3-ubyte",
        ),
        (
            {"t10k-images-idx3-ubyte": bytes_array(0, 5, 7), "t10k-labels-idx1-ubyte": bytes_array(0)},
            "t10k-images-idx3-ubyte: holds 0 x 5 x 7 images, but should not be empty",
        ),
        (
            {"train-images-idx3-ubyte": bytes_array(20, 0, 7)},
            "train-images-idx3-ubyte: holds 20 x 0 x 7 images, but should not be empty",
        ),
        (
            {"t10k-images-idx3-ubyte": bytes_array(6, 7, 5)},
            "test images are 7 x 5, but should be 5 x 7 as in training",
        ),
        (
            {"t10k-labels-idx1-ubyte": np.array([0, 1, 2, 3, 9, 0], np.uint8)},
            "test label 4 is 9, but the largest training label is 3",
        ),
        (
            {"train-labels-idx1-ubyte": bytes_array(20, 1)},
            "train-labels-idx1-ubyte: has 2 dimensions, but should have 1",
        ),
    ],
)
def test_sets_that_do_not_fit_together(tmp_path: Path, replaced: dict[str, NDArray[np.uint8]], message: str) -> None:
    write_digits(tmp_path)
    for name, array in replaced.items():
        (tmp_path / name).write_bytes(idx(array))
    assert error_of(tmp_path) == message
