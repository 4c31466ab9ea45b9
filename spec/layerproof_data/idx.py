"""Read IDX files, plain or gzip, without trusting what they say about themselves.

An IDX file is two zero bytes, one byte for the type of its elements, one byte for the number of dimensions,
each dimension as four bytes (most significant first), then the elements in row-major order.

Source: http://yann.lecun.com/exdb/mnist/
"""

import gzip
import math
import os
import stat
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from layerproof.errors import DataError

LIMIT = 2**30
"""The most bytes of elements that a file may hold, unless the caller says otherwise."""

DTYPES = {0x08: "uint8", 0x09: "int8", 0x0B: "int16", 0x0C: "int32", 0x0D: "float32", 0x0E: "float64"}
UINT8 = 0x08

# Deflate can shrink data to no less than 1/1032, so a gzip file of n bytes justifies a header of 1032 n bytes at most.
LARGEST_RATIO = 1032
CHUNK = 2**20
PIXELS = NDArray[np.uint8]


def read_idx(path: Path, ndim: int, limit: int = LIMIT) -> PIXELS:
    """Read an IDX file of unsigned bytes.

    Arguments:
        path: the file; it is gzip if and only if its name ends in ``.gz``.
        ndim: the number of dimensions that it should have (3 for images, 1 for labels).
        limit: the most bytes of elements to accept.

    Returns:
        A read-only uint8 array: memory-mapped where the file is plain, which must not be cut short while in use.

    Raises DataError, one line that names the file, for whatever is not exactly such a file. No more is decompressed
    or allocated than the header claims, and that only after the claim has been compared with the size of the file
    and with ``limit``.
    """
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise DataError(f"{path}: is not a regular file, but should be an IDX file")
            if path.name.endswith(".gz"):
                return _read_gzip(file, path, status.st_size, ndim, limit)
            return _map_plain(file, path, status.st_size, ndim, limit)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error


def _open_without_waiting(path: str, flags: int) -> int:
    # a named pipe without a writer would otherwise block for ever, before it can be refused
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_gzip(file: BinaryIO, path: Path, file_size: int, ndim: int, limit: int) -> PIXELS:
    start = file.read(2)
    if start != b"\x1f\x8b":
        raise DataError(f"{path}: is not gzip: begins with {_hex(start)}, but should begin with 1f 8b")
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            shape = _read_header(unpacked, path, ndim, limit)
            size = math.prod(shape)
            if size > LARGEST_RATIO * file_size:
                raise _wrong_size(path, shape, f"gzip cannot hold that in {file_size}")
            data = np.empty(size, np.uint8)
            got = _fill(data, unpacked)
            if got < size:
                raise _wrong_size(path, shape, f"only {got} follow")
            if unpacked.read(1):
                raise _wrong_size(path, shape, "more follow")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: is damaged gzip: {str(error).rstrip('.')}") from error
    data.flags.writeable = False
    return data.reshape(shape)


def _fill(data: PIXELS, file: gzip.GzipFile) -> int:
    """Read until the array is full or the file ends: untouched pages of a fresh array cost no memory."""
    got = 0
    while got < data.size:
        chunk = file.read(min(CHUNK, data.size - got))
        if not chunk:
            break
        data[got : got + len(chunk)] = np.frombuffer(chunk, np.uint8)
        got += len(chunk)
    return got


def _map_plain(file: BinaryIO, path: Path, file_size: int, ndim: int, limit: int) -> PIXELS:
    shape = _read_header(file, path, ndim, limit)
    size = math.prod(shape)
    offset = file.tell()
    if file_size - offset != size:
        raise _wrong_size(path, shape, f"{file_size - offset} follow")
    if size == 0:  # nothing cannot be mapped
        data = np.empty(shape, np.uint8)
        data.flags.writeable = False
        return data
    return np.asarray(np.memmap(file, np.uint8, "r", offset, shape))


def _read_header(file: BinaryIO | gzip.GzipFile, path: Path, ndim: int, limit: int) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) < 4:
        raise DataError(f"{path}: holds {len(magic)} bytes, but an IDX header has at least 4")
    if magic[:2] == b"\x1f\x8b":
        raise DataError(f"{path}: is gzip, but its name does not say so; rename it to {path.name}.gz")
    if magic[:2] != b"\0\0":
        raise DataError(f"{path}: is not IDX: begins with {_hex(magic)}, but should begin with {_expected_magic(ndim)}")
    if magic[2] not in DTYPES:
        known = ", ".join(f"0x{code:02x} ({name})" for code, name in DTYPES.items())
        raise DataError(f"{path}: has the unknown type code 0x{magic[2]:02x}, but IDX knows {known}")
    if magic[2] != UINT8:
        raise DataError(f"{path}: holds {DTYPES[magic[2]]} (type code 0x{magic[2]:02x}), but should hold uint8 (0x08)")
    if magic[3] != ndim:
        raise DataError(f"{path}: has {magic[3]} dimensions, but should have {ndim}")
    dimensions = file.read(4 * ndim)
    if len(dimensions) < 4 * ndim:
        raise DataError(f"{path}: holds {4 + len(dimensions)} bytes, but its IDX header needs {4 + 4 * ndim}")
    shape = tuple(int(length) for length in np.frombuffer(dimensions, ">u4"))
    size = math.prod(shape)
    if size > limit:
        raise DataError(f"{path}: its header claims {_shape(shape)} = {size} bytes, but the limit is {limit}")
    return shape


def _wrong_size(path: Path, shape: Sequence[int], actual: str) -> DataError:
    claim = f"{_shape(shape)} = {math.prod(shape)} bytes"
    return DataError(f"{path}: its header claims {claim}, but {actual}")


def _expected_magic(ndim: int) -> str:
    return _hex(bytes([0, 0, UINT8, ndim]))


def _hex(data: bytes) -> str:
    return data.hex(" ") or "nothing"


def _shape(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "1"
