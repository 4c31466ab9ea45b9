"""Train a network whose layers are computed by plugins."""

import math
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Unpack

import numpy as np

from layerproof import NotSupportedError, PluginSet
from layerproof_data import Digits, load_digits
from layerproof_train import optimisers, schedules
from layerproof_train.augmentation import Augmentation
from layerproof_train.batches import Array, Batches, Normalisation
from layerproof_train.builder import build_network
from layerproof_train.checkpoints import Model, Position, json_values
from layerproof_train.errors import TrainingError
from layerproof_train.evaluation import evaluate
from layerproof_train.interruption import Interruption
from layerproof_train.memory import keep_freed_memory
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Call, Network, Watch
from layerproof_train.not_finite import first_not_finite
from layerproof_train.observer import Observer, Step
from layerproof_train.plugins import PluginChoice
from layerproof_train.randomness import generator
from layerproof_train.recipe import Recipe, RecipeFields
from layerproof_train.run_folder import RunFolder, describe_run
from layerproof_train.steps import compute_gradients
from layerproof_train.trained import Trained

CHECKPOINT_SECONDS = 60.0


@dataclass(frozen=True)
class TrainingResult:
    """The result of a training run: the trained network, the metrics of each epoch, and the plugins it used."""

    network: Network
    history: tuple[EpochMetrics, ...]
    plugins: PluginSet
    recipe: Recipe
    model: Model

    @property
    def trained(self) -> Trained:
        """The network in a form that can be saved and used."""
        return Trained(self.network, self.model)


def train(
    plugins: PluginSet | Iterable[str | ModuleType] = (),
    *,
    data: Path | Digits | None = None,
    out: Path | None = None,
    resume: bool = False,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    observer: Observer | Sequence[Observer] = (),
    choice: PluginChoice | None = None,
    **recipe: Unpack[RecipeFields],
) -> TrainingResult:
    """Train a network to tell images apart, and test it after each epoch.

    Arguments:
        plugins: a plugin set, or plugins in order of preference, behind which the reference stands; they compute
            every layer and the loss.
        data: a directory of IDX files, digits already loaded, or None for the packaged MNIST.
        out: a directory for the files of the run: ``config.json``, ``metrics.jsonl`` (one JSON object an epoch) and
            checkpoints (the last two and the best); files of an earlier run are replaced.
        resume: continue the run in ``out`` from its last checkpoint; it ends with the same parameters, bit for bit,
            as a run that never stopped. The recipe must be that of the run.
        checkpoint_seconds: a checkpoint is written after this time, and after each epoch.
        observer: called during the run; may be several.
        choice: how the plugins of a set were chosen, written into ``out`` for `evaluate`, `predict` and `resume`.
        recipe: the fields of ``Recipe``, all of which have defaults:
            model: ``seed``, ``lenet``, ``deep``, ``cnn`` or ``attention``, a TOML file, or a list of layers.
            epochs: how often to go through the training images.
            batch_size: images in a step; the last step of an epoch has what is left.
            seed: decides the initial parameters, the order of the images, dropout and augmentation: the same seed
                gives the same run.
            optimiser: ``sgd`` (with Nesterov momentum), ``adam`` or ``adamw``.
            learning_rate: at its highest; None is 0.05 for sgd and 0.002 for the others.
            momentum: of sgd, from 0 to less than 1.
            weight_decay: adds this many times the parameters to their gradients; with adamw it shrinks the
                parameters by as much of the learning rate.
            schedule: ``constant``, ``linear`` or ``cosine`` for a rate that falls to 0 in the course of the run, or
                ``one-cycle``, which rises first.
            filters: of the first layer of a model with a name; None leaves it to the model.
            initialisation: ``pytorch``, as its layers do by default, or ``he``.
            label_smoothing: the share of the target that is spread over all classes.
            clip_norm: scales the gradients down to this Euclidean norm where theirs is larger; None never does.
            augment: shifts, rotates and scales the training images a little at random.

    Returns:
        The trained network and the history, one entry an epoch.

    Raises LayerProofError, one line, for everything that a user can cause: values that make no sense, data that
    cannot be read, ``out`` that cannot be written, layers that no plugin computes, plugins that raise or return what
    does not fit, and a loss or gradients that are not finite. Ctrl-C finishes the step, writes a checkpoint and raises
    KeyboardInterrupt. Memory that is freed stays in the process from here on.
    """
    asked = _recipe(recipe)
    if not isinstance(plugins, PluginSet):
        choice = PluginChoice(tuple(plugins))
        plugins = choice.load()
    digits = data if isinstance(data, Digits) else load_digits(data)
    network = build(asked, digits)
    check_supported(network, plugins)
    keep_freed_memory()
    observers = [observer] if isinstance(observer, Observer) else list(observer)
    run = _Run(asked, network, plugins, digits, observers, checkpoint_seconds)
    if out is None:
        if resume:
            raise TrainingError("nothing to resume without the folder of a run (`out`)")
        return run.fit(None)
    config = describe_run(asked, digits, data, choice)
    if resume:
        folder, checkpoint = RunFolder.resume(out, config)
        if checkpoint is not None:
            checkpoint.restore(network, run.optimiser)
            run.position = checkpoint.position
    else:
        folder = RunFolder.begin(out, config)
    with closing(folder):
        return run.fit(folder)


def _recipe(values: RecipeFields) -> Recipe:
    for name in values:
        if name not in Recipe.__dataclass_fields__:
            raise TypeError(f"train() has no argument {name!r}; those of a recipe are {[*Recipe.__dataclass_fields__]}")
    return Recipe(**values)


def build(recipe: Recipe, digits: Digits) -> Network:
    """The network of a recipe, for images of this size and this many classes."""
    return build_network(
        recipe.layers(),
        (1, *digits.image_shape),
        digits.classes,
        generator(recipe.seed, "parameters"),
        name=recipe.model_name,
        initialisation=recipe.initialisation,
    )


def check_supported(network: Network, plugins: PluginSet) -> None:
    """Raise NotSupportedError if no plugin of the set implements a layer of the network, or the loss."""
    network.check_supported(plugins)
    if not plugins.implementations("cross_entropy"):
        names = ", ".join(plugin.name for plugin in plugins.plugins)
        raise NotSupportedError(f"no plugin of the set implements cross_entropy, the loss; the set has {names}")


def _watch_of(observers: Sequence[Observer]) -> Watch | None:
    """Pass calls on to the observers that override ``called``; None where none does, so that calls cost nothing."""
    listening = [observer for observer in observers if type(observer).called is not Observer.called]

    def watch(call: Call) -> None:
        for observer in listening:
            observer.called(call)

    return watch if listening else None


class _Run:
    """A training run: its network, data and optimiser, and how far it has got."""

    def __init__(
        self,
        recipe: Recipe,
        network: Network,
        plugins: PluginSet,
        digits: Digits,
        observers: list[Observer],
        checkpoint_seconds: float,
    ) -> None:
        self.recipe, self.network, self.plugins, self.digits = recipe, network, plugins, digits
        self.observers = observers
        self.position = Position()
        normalisation = Normalisation.of(digits.train_images)
        self.model = Model(json_values(list(recipe.layers())), network.input_shape, digits.classes, normalisation)
        size, augmentation = recipe.batch_size, Augmentation() if recipe.augment else None
        self.training = Batches(
            digits.train_images, digits.train_labels, normalisation, size, network.dtype, augmentation
        )
        self.testing = Batches(digits.test_images, digits.test_labels, normalisation, size, network.dtype)
        self.optimiser = optimisers.create(recipe.optimiser, network.values, recipe.momentum, recipe.weight_decay)
        self.interruption = Interruption()
        self.folder: RunFolder | None = None
        self._checkpoint_seconds, self._saved = checkpoint_seconds, time.monotonic()
        self._watch = _watch_of(observers)
        self._draws = any(stage.planned.generators for stage in network.stages)

    def fit(self, folder: RunFolder | None) -> TrainingResult:
        self.folder = folder
        for observer in self.observers:
            observer.started(self.recipe, self.network, self.digits, self.plugins, len(self.position.history))
        # numbers that are not finite are an error below, which says more than a warning from within a layer
        with self.interruption.deferred(), np.errstate(over="ignore", invalid="ignore"):
            while self.position.epoch <= self.recipe.epochs:
                self._epoch()
        history = tuple(self.position.history)
        return TrainingResult(self.network, history, self.plugins, self.recipe, self.model)

    def _epoch(self) -> None:
        at = self.position
        # an epoch that is continued counts the time it took before
        start = time.perf_counter() - at.seconds
        before = (at.epoch - 1) * len(self.training)
        order = generator(self.recipe.seed, "order", at.epoch)
        augmenting = self._generators("augmentation", before)
        for x, target in self.training.shuffled(order, at.step, augmenting):
            loss = self._step(x, target, before + at.step)
            at.step += 1
            at.images += len(target)
            at.loss_sum += loss * len(target)
            at.seconds = time.perf_counter() - start
            self._advanced("training", at.images, loss)
            self._checkpoint_in_time()
        test_loss, accuracy = evaluate(self.network, self.plugins, self.testing, self._tested)
        if not math.isfinite(test_loss):
            raise TrainingError(f"the loss on the test images is {test_loss} after epoch {at.epoch}")
        speed = at.images / at.seconds
        metrics = EpochMetrics(at.epoch, at.loss_sum / at.images, test_loss, accuracy, at.seconds, speed)
        self.position = Position(at.epoch + 1, history=[*at.history, metrics])
        if self.folder is not None:
            self.folder.epoch_finished(metrics)
        self._save()
        for observer in self.observers:
            observer.finished(metrics)
        self._stop_if_asked()

    def _generators(self, purpose: Any, before: int) -> Any:
        return lambda position: generator(self.recipe.seed, purpose, before + position)

    def _step(self, x: Array, target: Array, number: int) -> float:
        def gradients(watch: Watch | None) -> float:
            # making a generator takes as long as a small layer
            rng = generator(self.recipe.seed, "dropout", number) if self._draws else None
            smoothing = self.recipe.label_smoothing
            return compute_gradients(self.network, self.plugins, x, target, rng, smoothing, watch)

        steps = self.recipe.epochs * len(self.training)
        rate = schedules.scaled(self.recipe.schedule, self.recipe.rate, number, steps)
        loss = gradients(self._watch)
        total = float(np.dot(self.network.gradients, self.network.gradients))
        # the sum of squares may overflow where no gradient does
        finite = math.isfinite(total) or bool(np.isfinite(self.network.gradients).all())
        if not (math.isfinite(loss) and finite):
            what = f"the loss is {loss}" if not math.isfinite(loss) else "a gradient is not finite"
            raise TrainingError(
                f"{what} in step {self.position.step + 1} of epoch {self.position.epoch}, "
                f"with learning rate {rate:.3g}: "
                f"{first_not_finite(gradients)}; a lower learning rate may help, or the plugin is wrong "
                f"(`layerproof check` it)"
            )
        if self.observers:
            step = Step(number, self.position.epoch, x, target, loss, rate)
            for observer in self.observers:
                observer.computed(step)
        if self.recipe.clip_norm is not None:
            optimisers.clip(self.network.gradients, self.recipe.clip_norm)
        self.optimiser.step(self.network.gradients, rate)
        return loss

    def _tested(self, images: int, loss: float) -> None:
        self._advanced("testing", images, loss)
        self._stop_if_asked(save=True)

    def _advanced(self, part: str, images: int, loss: float) -> None:
        for observer in self.observers:
            observer.advanced(self.position.epoch, part, images, loss)

    def _checkpoint_in_time(self) -> None:
        if self.folder is not None and time.monotonic() - self._saved >= self._checkpoint_seconds:
            self._save()
        self._stop_if_asked(save=True)

    def _stop_if_asked(self, save: bool = False) -> None:
        if self.interruption.asked:
            if save:
                self._save()
            raise KeyboardInterrupt

    def _save(self) -> None:
        if self.folder is None:
            return
        steps = (self.position.epoch - 1) * len(self.training) + self.position.step
        self.folder.save(self.model, self.network, self.optimiser, self.position, steps)
        self._saved = time.monotonic()
