"""The metrics of each epoch, and the file that they are written to."""

from io import SEEK_END, FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from layerproof_train.files import cannot_be_written

FILE_NAME = "metrics.jsonl"


class EpochMetrics(msgspec.Struct, frozen=True):
    """One epoch. ``seconds`` and ``images_per_second`` are those of training alone, without the test that follows."""

    epoch: int
    train_loss: float
    test_loss: float
    test_accuracy: float
    seconds: float
    images_per_second: float


class MetricsFile:
    """The file ``metrics.jsonl`` of a run: one JSON object a line, each written at once and never held back.

    Arguments:
        directory: made if it is not there.
        keep: go on behind what the file holds; else a file of an earlier run is replaced.

    Raises TrainingError, one line, when the directory cannot be written to or the disk is full: more than a long run
    needs is written, and removed again, to see that.
    """

    def __init__(self, directory: Path, keep: bool = False) -> None:
        self.path = directory / FILE_NAME
        self._file: FileIO | None = None
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = FileIO(self.path, "r+" if keep else "w")
            end = self._file.seek(0, SEEK_END)
            self._write(b" " * 2**16)
            self._file.truncate(end)
            self._file.seek(end)
        except OSError as error:
            self.close()
            raise cannot_be_written(self.path, error) from error

    def append(self, metrics: EpochMetrics) -> None:
        """Write one line."""
        try:
            self._write(msgspec.json.encode(metrics) + b"\n")
        except OSError as error:
            raise cannot_be_written(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        while data:  # a disk that fills up takes a part first
            data = data[self._file.write(data) :]
