"""The base of callbacks of a training run: console, logs, times and lockstep derive from it."""

from dataclasses import dataclass

from layerproof import PluginSet
from layerproof_data import Digits
from layerproof_train.batches import Array
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Call, Network
from layerproof_train.recipe import Recipe


@dataclass(frozen=True)
class Step:
    """A step whose gradients are computed: its number in the run from 0, its batch, its loss and its learning rate."""

    number: int
    epoch: int
    x: Array
    target: Array
    loss: float
    learning_rate: float


class Observer:
    """Called during a training run; each method does nothing unless a subclass overrides it."""

    def started(self, recipe: Recipe, network: Network, digits: Digits, plugins: PluginSet, epochs_done: int) -> None:
        """Training is about to begin, or to go on after so many epochs."""

    def called(self, call: Call) -> None:
        """A hook was called, in training; its arrays are to be read only, and change with the next step."""

    def computed(self, step: Step) -> None:
        """The gradients of a step are in the network, not yet clipped or used; all arrays change with the next one."""

    def advanced(self, epoch: int, part: str, images: int, loss: float) -> None:
        """So many images of a part of the epoch ("training" or "testing") are done; the loss is that of the batch."""

    def finished(self, metrics: EpochMetrics) -> None:
        """An epoch is over."""
