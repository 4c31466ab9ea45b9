"""A trained network with all that is needed to use it, read from a run or a file and saved into a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from layerproof import PluginSet
from layerproof_train import hooks
from layerproof_train.batches import Batches
from layerproof_train.checkpoints import Model, Position, load_checkpoint, save_checkpoint
from layerproof_train.errors import TrainingError
from layerproof_train.network import Network
from layerproof_train.run_folder import BEST, last_checkpoint, read_config

Array = NDArray[Any]
BATCH = 256


@dataclass(frozen=True)
class Trained:
    """A network with its model: the layers, the size of its images, its classes, and how images are normalised."""

    network: Network
    model: Model

    @classmethod
    def load(cls, path: Path, best: bool = False) -> Self:
        """Load a file written by ``save``, or the last checkpoint of the folder of a run, or its best.

        Raises TrainingError, one line, for a path that is neither.
        """
        if path.is_dir():
            read_config(path)
            checkpoint = load_checkpoint(path / BEST) if best else last_checkpoint(path)
            if checkpoint is None:
                raise TrainingError(f"{path}: this run has no checkpoint yet")
        else:
            checkpoint = load_checkpoint(path)
        network = checkpoint.model.build()
        checkpoint.restore(network)
        return cls(network, checkpoint.model)

    def save(self, path: Path) -> None:
        """Write the network into a safetensors file."""
        save_checkpoint(path, self.model, self.network, None, "", Position())

    def probabilities(
        self, plugins: PluginSet, images: NDArray[np.uint8], progress: Callable[[int], None] | None = None
    ) -> Array:
        """The chance of each class (N, classes) for images (N, H, W), from 0 for the background to 255 for full ink.

        ``progress`` is called after each batch with the number of images done.
        """
        if images.shape[1:] != tuple(self.model.input_shape[1:]):
            height, width = self.model.input_shape[1:]
            given = " x ".join(map(str, images.shape[1:]))
            raise TrainingError(f"the network takes images of {height} x {width}, but is given {given}")
        batches = [np.empty((0, self.model.classes), self.network.dtype)]
        labels = np.zeros(len(images), np.uint8)
        if len(images):
            for x, _ in Batches(images, labels, self.model.normalisation, BATCH, self.network.dtype).in_order():
                logits, _ = self.network.forward(plugins, x)
                call = {"x": logits, "dim": 1}
                (probabilities,), _ = hooks.forward(plugins, "softmax", call, [logits.shape], logits.dtype)
                batches.append(np.array(probabilities))
                if progress is not None:
                    progress(sum(map(len, batches)))
        return np.concatenate(batches)
