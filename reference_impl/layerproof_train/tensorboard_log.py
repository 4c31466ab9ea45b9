"""Write what TensorBoard reads: the loss of steps, and the metrics of epochs."""

from pathlib import Path
from typing import Any

import msgspec

from layerproof import PluginSet
from layerproof_data import Digits
from layerproof_train.errors import TrainingError
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Network
from layerproof_train.observer import Observer, Step
from layerproof_train.recipe import Recipe

EVERY = 20
"""Steps from one point of the loss to the next."""


class TensorBoardLog(Observer):
    """Writes event files into a directory; ``close`` ends it. A run that goes on writes into another file beside."""

    def __init__(self, directory: Path) -> None:
        try:
            from tensorboard.summary import Writer
        except ImportError as error:
            raise TrainingError("logs for TensorBoard need it: pip install 'layerproof[tensorboard]'") from error
        self._writer: Any = Writer(str(directory))
        self._steps = 0

    def started(self, recipe: Recipe, network: Network, digits: Digits, plugins: PluginSet, epochs_done: int) -> None:
        """Count steps from where the run goes on."""
        self._steps = epochs_done * -(-len(digits.train_images) // recipe.batch_size)

    def computed(self, step: Step) -> None:
        """Write the loss and the learning rate of some steps."""
        self._steps = step.number + 1
        if step.number % EVERY == 0:
            self._writer.add_scalar("step/loss", step.loss, step=step.number)
            self._writer.add_scalar("step/learning_rate", step.learning_rate, step=step.number)

    def finished(self, metrics: EpochMetrics) -> None:
        """Write the metrics of an epoch at its last step."""
        for name, value in msgspec.structs.asdict(metrics).items():
            if name != "epoch":
                self._writer.add_scalar(f"epoch/{name}", value, step=self._steps)
        self._writer.flush()

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()
