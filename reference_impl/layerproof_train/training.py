"""Train a network whose layers are computed by plugins."""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from layerproof import NotSupportedError, PluginSet
from layerproof.data import Digits, load_digits
from layerproof_train import hooks, optimisers, schedules
from layerproof_train.batches import Array, Batches, Normalisation
from layerproof_train.builder import Builder
from layerproof_train.errors import TrainingError
from layerproof_train.evaluation import cross_entropy, evaluate
from layerproof_train.memory import keep_freed_memory
from layerproof_train.metrics import EpochMetrics, MetricsFile
from layerproof_train.models import Model
from layerproof_train.network import Network
from layerproof_train.plugins import plugin_set
from layerproof_train.recipe import Recipe


class Observer:
    """Is told how a training run goes; each method does nothing unless a subclass overrides it."""

    def started(self, recipe: Recipe, network: Network, digits: Digits) -> None:
        """Training is about to begin."""

    def advanced(self, epoch: int, part: str, images: int, loss: float) -> None:
        """So many images of a part of the epoch ("training" or "testing") are done; the loss is that of the batch."""

    def finished(self, metrics: EpochMetrics) -> None:
        """An epoch is over."""


@dataclass(frozen=True)
class TrainingResult:
    """What came of a training run: the trained network, one entry an epoch, and the plugins with what they served."""

    network: Network
    history: tuple[EpochMetrics, ...]
    plugins: PluginSet
    recipe: Recipe


def train(
    plugins: PluginSet | Iterable[str | ModuleType] = (),
    *,
    model: str | Model = "lenet",
    epochs: int = 5,
    batch_size: int = 64,
    seed: int = 0,
    data: Path | Digits | None = None,
    out: Path | None = None,
    optimiser: str = "sgd",
    learning_rate: float | None = None,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
    schedule: str = "linear",
    filters: int | None = None,
    observer: Observer | None = None,
) -> TrainingResult:
    """Train a network to tell digits apart, and test it after each epoch.

    Arguments:
        plugins: a plugin set, or plugins in order of preference, behind which the reference stands; they compute
            every layer and the loss.
        model: ``seed``, ``lenet`` or ``deep``, or a function that adds layers to a builder, given the number of
            classes and of filters.
        epochs: how often to go through the training images.
        batch_size: images in a step; the last step of an epoch has what is left.
        seed: decides the initial parameters and the order of the images: the same seed gives the same run.
        data: a directory of IDX files, digits already loaded, or None for the packaged MNIST.
        out: a directory for ``metrics.jsonl``, one JSON object an epoch; a file of an earlier run is replaced.
        optimiser: ``sgd`` (with Nesterov momentum) or ``adam``.
        learning_rate: at the start; None is 0.05 for sgd and 0.002 for adam.
        momentum: of sgd, from 0 to less than 1.
        weight_decay: adds this many times the parameters to their gradients.
        schedule: ``constant``, or ``linear`` or ``cosine`` for a rate that falls to 0 in the course of the run.
        filters: of the first convolution; None leaves it to the model.
        observer: is told how it goes.

    Returns:
        The trained network and the history, one entry an epoch.

    Raises LayerProofError, one line, for everything that a user can cause: values that make no sense, data that
    cannot be read, ``out`` that cannot be written, layers that no plugin computes, plugins that raise or return what
    does not fit, and a loss that is not finite. Memory that is freed stays in the process from here on.
    """
    recipe = Recipe(
        model, epochs, batch_size, seed, optimiser, learning_rate, momentum, weight_decay, schedule, filters
    )
    chosen = plugins if isinstance(plugins, PluginSet) else plugin_set(plugins)
    digits = data if isinstance(data, Digits) else load_digits(data)
    initial, order = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2))
    network = build(recipe, digits, initial)
    check_supported(network, chosen)
    keep_freed_memory()
    run = _Run(recipe, network, chosen, digits, order, observer or Observer())
    if out is None:
        return run.fit(None)
    with MetricsFile(out) as file:
        return run.fit(file)


def build(recipe: Recipe, digits: Digits, generator: np.random.Generator) -> Network:
    """The network of a recipe, for images of this size and this many classes."""
    builder = Builder((1, *digits.image_shape), generator)
    model, filters = recipe.resolve()
    model(builder, digits.classes, filters)
    if builder.shape != (digits.classes,):
        raise TrainingError(
            f"model {recipe.model_name} gives {list(builder.shape)} for an image, but should give [{digits.classes}]"
        )
    return builder.build()


def check_supported(network: Network, plugins: PluginSet) -> None:
    """Raise NotSupportedError if no plugin of the set implements a layer of the network, or the loss."""
    network.check_supported(plugins)
    if not plugins.answerers("cross_entropy"):
        names = ", ".join(plugin.name for plugin in plugins.plugins)
        raise NotSupportedError(f"no plugin of the set implements cross_entropy, the loss; the set has {names}")


class _Run:
    """The parts of one training run."""

    def __init__(
        self,
        recipe: Recipe,
        network: Network,
        plugins: PluginSet,
        digits: Digits,
        order: np.random.Generator,
        observer: Observer,
    ) -> None:
        self.recipe, self.network, self.plugins, self.digits = recipe, network, plugins, digits
        self.order, self.observer = order, observer
        normalisation = Normalisation.of(digits.train_images)
        self.training = Batches(digits.train_images, digits.train_labels, normalisation, recipe.batch_size)
        self.testing = Batches(digits.test_images, digits.test_labels, normalisation, recipe.batch_size)
        self.optimiser = optimisers.create(recipe.optimiser, network.values, recipe.momentum, recipe.weight_decay)
        self.one = np.ones((), network.dtype)

    def fit(self, file: MetricsFile | None) -> TrainingResult:
        history = []
        self.observer.started(self.recipe, self.network, self.digits)
        # a loss that is not finite is an error below, and more useful than a warning from the depth of a layer
        with np.errstate(over="ignore", invalid="ignore"):
            for epoch in range(1, self.recipe.epochs + 1):
                metrics = self._epoch(epoch)
                history.append(metrics)
                if file is not None:
                    file.append(metrics)
                self.observer.finished(metrics)
        return TrainingResult(self.network, tuple(history), self.plugins, self.recipe)

    def _epoch(self, epoch: int) -> EpochMetrics:
        start = time.perf_counter()
        steps = len(self.training)
        loss_sum, images = 0.0, 0
        for step, (x, target) in enumerate(self.training.shuffled(self.order)):
            passed = (epoch - 1) * steps + step
            rate = schedules.scaled(self.recipe.schedule, self.recipe.rate, passed, self.recipe.epochs * steps)
            loss = self._step(x, target, rate)
            if not math.isfinite(loss):
                raise TrainingError(
                    f"the loss is {loss} in step {step + 1} of epoch {epoch}, with learning rate {rate:.3g}: "
                    "a lower learning rate may help, or a plugin is wrong (`layerproof check` it)"
                )
            loss_sum += loss * len(target)
            images += len(target)
            self.observer.advanced(epoch, "training", images, loss)
        seconds = time.perf_counter() - start
        test_loss, accuracy = evaluate(
            self.network,
            self.plugins,
            self.testing,
            lambda done, loss: self.observer.advanced(epoch, "testing", done, loss),
        )
        if not math.isfinite(test_loss):
            raise TrainingError(f"the loss on the test images is {test_loss} after epoch {epoch}")
        return EpochMetrics(epoch, loss_sum / images, test_loss, accuracy, seconds, images / seconds)

    def _step(self, x: Array, target: Array, rate: float) -> float:
        logits, tape = self.network.forward(self.plugins, x)
        loss, saved = cross_entropy(self.plugins, logits, target)
        (grad_logits,) = hooks.backward(self.plugins, self.one, saved, (True,))
        self.network.backward(self.plugins, grad_logits, tape)
        self.optimiser.step(self.network.gradients, rate)
        return loss
