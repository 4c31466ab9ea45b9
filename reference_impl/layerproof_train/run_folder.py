"""The output folder of a training run: its configuration, the metrics of its epochs, and its checkpoints."""

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from layerproof_data import Digits
from layerproof_train.checkpoints import Checkpoint, Model, Position, load_checkpoint, save_checkpoint
from layerproof_train.errors import TrainingError
from layerproof_train.files import UNFINISHED, write_atomically
from layerproof_train.metrics import FILE_NAME, EpochMetrics, MetricsFile
from layerproof_train.network import Network
from layerproof_train.optimisers import Optimiser
from layerproof_train.plugins import PluginChoice
from layerproof_train.recipe import Recipe

CONFIG, BEST = "config.json", "best.safetensors"
KEPT = 2
"""Checkpoints that are kept beside the best one."""
_NUMBERED = re.compile(r"checkpoint-(\d{8,})\.safetensors")


class RunFolder:
    """The folder of one run; made by ``begin`` or continued by ``resume``.

    ``run`` identifies the run: a digest of its recipe and its data.
    """

    def __init__(self, directory: Path, config: Mapping[str, Any]) -> None:
        self.directory = directory
        self.config = config
        self.run = hashlib.sha256(json.dumps([config["recipe"], config["data"]]).encode()).hexdigest()
        self._metrics: MetricsFile | None = None
        self._best = -1.0

    @classmethod
    def begin(cls, directory: Path, config: Mapping[str, Any]) -> Self:
        """Start a run; the files of an earlier run in the folder are replaced."""
        folder = cls(directory, config)
        folder._metrics = MetricsFile(directory)
        for path in [*folder._numbered(), directory / BEST, *directory.glob(f"*{UNFINISHED}")]:
            path.unlink(missing_ok=True)
        write_atomically(directory / CONFIG, msgspec.json.format(msgspec.json.encode(config)))
        return folder

    @classmethod
    def resume(cls, directory: Path, config: Mapping[str, Any]) -> tuple[Self, Checkpoint | None]:
        """Continue the run in a folder; returns its last checkpoint, or None where it has none yet.

        Raises TrainingError where ``config`` differs from that of the run, or its checkpoint cannot be used.
        """
        _check_same(directory, read_config(directory), config)
        folder = cls(directory, config)
        checkpoint = last_checkpoint(directory)
        history = []
        if checkpoint is not None:
            if checkpoint.run != folder.run:
                raise TrainingError(f"{checkpoint.path}: belongs to another run than {directory / CONFIG}")
            history = checkpoint.position.history
            folder._best = max((entry.test_accuracy for entry in history), default=-1.0)
        lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in history)
        write_atomically(directory / FILE_NAME, lines)
        folder._metrics = MetricsFile(directory, keep=True)
        return folder, checkpoint

    def epoch_finished(self, metrics: EpochMetrics) -> None:
        """Write an epoch into the metrics."""
        if self._metrics is not None:
            self._metrics.append(metrics)

    def save(self, model: Model, network: Network, optimiser: Optimiser, position: Position, steps: int) -> None:
        """Write a checkpoint after so many steps of the run, and remove those that are no longer kept."""
        accuracy = max((entry.test_accuracy for entry in position.history), default=-1.0)
        if position.step == 0 and accuracy > self._best and position.history[-1].test_accuracy == accuracy:
            save_checkpoint(self.directory / BEST, model, network, None, self.run, position)
            self._best = accuracy
        # the best one before, so that a run that is killed in between does the epoch again and writes both
        path = self.directory / f"checkpoint-{steps:08}.safetensors"
        save_checkpoint(path, model, network, optimiser, self.run, position)
        for old in self._numbered()[:-KEPT]:
            with suppress(OSError):
                old.unlink()

    def close(self) -> None:
        """Close the metrics."""
        if self._metrics is not None:
            self._metrics.close()

    def _numbered(self) -> list[Path]:
        return numbered_checkpoints(self.directory)


def numbered_checkpoints(directory: Path) -> list[Path]:
    """The checkpoints of a folder, the oldest first."""
    numbered = [(int(match[1]), path) for path in directory.glob("*") if (match := _NUMBERED.fullmatch(path.name))]
    return [path for _, path in sorted(numbered)]


def last_checkpoint(directory: Path) -> Checkpoint | None:
    """The newest checkpoint of a folder, if there is one; where it is damaged the error names an older one."""
    paths = numbered_checkpoints(directory)
    if not paths:
        return None
    try:
        return load_checkpoint(paths[-1])
    except TrainingError as error:
        rest = f"; remove it to go on from {paths[-2].name}" if len(paths) > 1 else ""
        raise TrainingError(f"{error}{rest}") from error


def describe_run(
    recipe: Recipe, digits: Digits, directory: Path | Digits | None, choice: PluginChoice | None
) -> dict[str, Any]:
    """The configuration that is written into the folder: with it a run can be repeated, and a different run noticed."""
    values = recipe.to_json() | {"layers": recipe.layers()}
    if not recipe.has_named_model:
        # the layers themselves, so that the run can go on when the file that they came from is changed or gone
        values["model"] = values["layers"]
    data = {
        "training_images": len(digits.train_images),
        "test_images": len(digits.test_images),
        "image_shape": digits.image_shape,
        "classes": digits.classes,
        "crc32": _checksum(digits),
    }
    described = {
        "recipe": values,
        "data": data,
        "directory": str(directory.resolve()) if isinstance(directory, Path) else None,
        "plugins": choice.to_json() if choice is not None else None,
    }
    read_back: dict[str, Any] = json.loads(msgspec.json.encode(described))
    return read_back


def read_config(directory: Path) -> dict[str, Any]:
    """The configuration of the run in a folder; raises TrainingError, one line, where there is no run."""
    path = directory / CONFIG
    try:
        config = json.loads(path.read_bytes())
        if not all(isinstance(config[key], dict) for key in ("recipe", "data")):
            raise TypeError
    except FileNotFoundError:
        raise TrainingError(f"{directory}: holds no run of `layerproof train` (there is no {CONFIG})") from None
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, TypeError, KeyError):
        raise TrainingError(f"{path}: is damaged: it is not what `layerproof train` writes") from None
    return config  # type: ignore[no-any-return]


def read_history(directory: Path) -> list[EpochMetrics]:
    """The metrics of the epochs that the run in a folder has finished."""
    path = directory / FILE_NAME
    try:
        lines = path.read_bytes().splitlines()
        return [msgspec.json.decode(line, type=EpochMetrics) for line in lines if line.strip()]
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read: {error.strerror or error}") from error
    except msgspec.DecodeError as error:
        raise TrainingError(f"{path}: is damaged: {error}") from error


def _check_same(directory: Path, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    for part, what in (("recipe", "with"), ("data", "on data with")):
        for key, value in ours[part].items():
            before = theirs[part].get(key)
            if before != value:
                is_short = not isinstance(before, list) and not isinstance(value, list)
                shown = f": {before} then, {value} now" if is_short else ""
                raise TrainingError(f"the run in {directory} began {what} another {key}{shown}")


def _checksum(digits: Digits) -> int:
    total = 0
    for array in (digits.train_images, digits.train_labels, digits.test_images, digits.test_labels):
        total = zlib.crc32(np.ascontiguousarray(array).data, total)
    return total
