import contextlib
import gzip
import os
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from layerproof import DataError
from layerproof_data import read_idx
from layerproof_data.idx import LIMIT

IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
HEADER = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 3, 4)
BODY = IMAGES.tobytes()


def header(code: int, *shape: int) -> bytes:
    return bytes([0, 0, code, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.name.endswith(".gz") else content)
    return path


def error_of(path: Path, **arguments: int) -> str:
    with pytest.raises(DataError) as caught:
        read_idx(path, **{"ndim": 3, **arguments})
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(f"{path}: ")
    return text.removeprefix(f"{path}: ")


@pytest.fixture(params=["images", "images.gz"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / request.param


def test_reads_what_was_written_and_gives_it_read_only(path: Path) -> None:
    images = read_idx(write(path, HEADER + BODY), ndim=3)
    assert images.dtype == np.uint8
    assert type(images) is np.ndarray
    assert np.array_equal(images, IMAGES)
    assert not images.flags.writeable


def test_a_plain_file_is_memory_mapped(tmp_path: Path) -> None:
    images = read_idx(write(tmp_path / "images", HEADER + BODY), ndim=3)
    assert isinstance(images.base, np.memmap)


def test_labels_and_an_empty_dimension(path: Path) -> None:
    assert read_idx(write(path, header(8, 3) + b"abc"), ndim=1).tolist() == [97, 98, 99]
    assert read_idx(write(path, header(8, 0, 28, 28)), ndim=3).shape == (0, 28, 28)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds 0 bytes, but an IDX header has at least 4"),
        (b"\0\0\x08", "holds 3 bytes, but an IDX header has at least 4"),
        (b"\x89PNG....", "is not IDX: begins with 89 50 4e 47, but should begin with 00 00 08 03"),
        (
            header(0x0A, 2, 3, 4) + BODY,
            "has the unknown type code 0x0a, but IDX knows 0x08 (uint8), 0x09 (int8), 0x0b (int16), 0x0c (int32), "
            "0x0d (float32), 0x0e (float64)",
        ),
        (header(0x0D, 2, 3, 1) + BODY, "holds float32 (type code 0x0d), but should hold uint8 (0x08)"),
        (header(8, 24) + BODY, "has 1 dimensions, but should have 3"),
        (header(8, 2, 3, 4, 1) + BODY, "has 4 dimensions, but should have 3"),
        (b"\0\0\x08\0", "has 0 dimensions, but should have 3"),
        (HEADER[:10], "holds 10 bytes, but its IDX header needs 16"),
        (
            header(8, *[2**32 - 1] * 3) + BODY,
            "its header claims 4294967295 x 4294967295 x 4294967295 = 79228162458924105385300197375 bytes, "
            f"but the limit is {LIMIT}",
        ),
        (header(8, 2**31, 1, 1), f"its header claims 2147483648 x 1 x 1 = {2**31} bytes, but the limit is {LIMIT}"),
    ],
)
def test_bad_headers(path: Path, content: bytes, message: str) -> None:
    assert error_of(write(path, content)) == message


def test_truncated_and_overlong_data(tmp_path: Path) -> None:
    plain, packed = tmp_path / "images", tmp_path / "images.gz"
    claim = "its header claims 2 x 3 x 4 = 24 bytes, but"
    assert error_of(write(plain, HEADER + BODY[:-1])) == f"{claim} 23 follow"
    assert error_of(write(packed, HEADER + BODY[:-1])) == f"{claim} only 23 follow"
    assert error_of(write(plain, HEADER + BODY + b"!")) == f"{claim} 25 follow"
    assert error_of(write(packed, HEADER + BODY + b"!")) == f"{claim} more follow"


def test_a_header_that_claims_more_than_gzip_could_hold_is_refused_before_anything_is_allocated(tmp_path: Path) -> None:
    path = write(tmp_path / "images.gz", header(8, 1000, 1000, 1000) + BODY)
    size = path.stat().st_size
    assert (
        error_of(path)
        == f"its header claims 1000 x 1000 x 1000 = 1000000000 bytes, but gzip cannot hold that in {size}"
    )


def test_the_limit_is_the_callers_to_choose(path: Path) -> None:
    write(path, HEADER + BODY)
    assert read_idx(path, 3, limit=24).shape == (2, 3, 4)
    assert error_of(path, limit=23) == "its header claims 2 x 3 x 4 = 24 bytes, but the limit is 23"


def test_gzip_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(HEADER + BODY)
    assert error_of(path) == "is not gzip: begins with 00 00, but should begin with 1f 8b"
    path.write_bytes(b"")
    assert error_of(path) == "is not gzip: begins with nothing, but should begin with 1f 8b"


def test_gzip_without_the_name_of_it(tmp_path: Path) -> None:
    path = tmp_path / "images"
    path.write_bytes(gzip.compress(HEADER + BODY))
    assert error_of(path) == "is gzip, but its name does not say so; rename it to images.gz"


def test_damaged_gzip(tmp_path: Path) -> None:
    path = tmp_path / "images.gz"
    packed = gzip.compress(HEADER + BODY)
    for cut in range(2, len(packed)):
        path.write_bytes(packed[:cut])
        assert error_of(path).startswith("is damaged gzip: "), cut
    path.write_bytes(packed[:-8] + bytes(4) + packed[-4:])
    assert error_of(path).startswith("is damaged gzip: CRC check failed")
    path.write_bytes(packed[:12] + b"\xff\xff\xff" + packed[15:])
    assert error_of(path).startswith("is damaged gzip: ")
    path.write_bytes(packed + b"garbage")
    assert error_of(path).startswith("is damaged gzip: ")


def test_a_gzip_bomb_costs_neither_memory_nor_time(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as file:
        file.write(packer.compress(HEADER + BODY))
        zeros = bytes(2**22)
        for _ in range(256):  # a gigabyte behind a header that claims 24 bytes
            file.write(packer.compress(zeros))
        file.write(packer.flush())
    tracemalloc.start()
    try:
        assert error_of(path) == "its header claims 2 x 3 x 4 = 24 bytes, but more follow"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**20


def test_what_is_no_file(tmp_path: Path) -> None:
    assert error_of(tmp_path / "nothing") == "cannot be read: No such file or directory"
    assert error_of(tmp_path) in {
        "cannot be read: Is a directory",
        "is not a regular file, but should be an IDX file",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert error_of(tmp_path / "pipe") == "is not a regular file, but should be an IDX file"


def test_random_damage_never_gives_anything_but_a_data_error(path: Path) -> None:
    random = np.random.default_rng(0)
    sound = write(path, HEADER + BODY).read_bytes()
    for _ in range(300):
        damaged = bytearray(sound)
        for position in random.integers(0, len(sound), 2):
            damaged[position] = random.integers(0, 256)
        path.write_bytes(damaged[: random.integers(0, len(sound) + 1)] if random.random() < 0.3 else damaged)
        with contextlib.suppress(DataError):
            assert read_idx(path, 3).ndim == 3


def test_reading_imports_nothing_heavy() -> None:
    code = "import layerproof_data, sys; print(*[m for m in ('torch', 'rich', 'msgspec') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
