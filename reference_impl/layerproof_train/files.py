"""Write files so that a reader finds the old content or the new one, and never a part of it."""

import os
from contextlib import suppress
from pathlib import Path

from layerproof_train.errors import TrainingError

UNFINISHED = ".part"


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file; raises TrainingError, one line, and leaves the old one where it cannot be written."""
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise cannot_be_written(path, error) from error


def cannot_be_written(path: Path, error: OSError) -> TrainingError:
    """The error for a file that cannot be written."""
    return TrainingError(f"{path}: cannot be written: {error.strerror or error}")


def _sync_directory(directory: Path) -> None:
    # the new name too must survive a loss of power; Windows cannot open a directory
    if os.name != "nt":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
