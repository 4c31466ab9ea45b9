"""One process of time_to_accuracy.py: trains with plugins, or in PyTorch, a part of an epoch whenever it is told to."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from layerproof import LayerProofError, PluginSet
from layerproof_conformance.benchmark.contestant import Requests
from layerproof_conformance.benchmark.proof import StepTask, torch_network
from layerproof_data import Digits, load_digits
from layerproof_train import schedules, train
from layerproof_train.augmentation import Augmentation
from layerproof_train.batches import Batches, Normalisation
from layerproof_train.evaluation import evaluate
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Network
from layerproof_train.observer import Observer
from layerproof_train.plugin_options import parse_uses
from layerproof_train.plugins import PluginChoice
from layerproof_train.randomness import generator
from layerproof_train.recipe import Recipe
from layerproof_train.training import build


@dataclass(frozen=True)
class Task:
    """What to train, with which plugins (values of --use), on what, and in how many parts an epoch."""

    recipe: Recipe
    uses: Sequence[str]
    data: Path | None
    parts: int


@dataclass(frozen=True)
class Part:
    """A part of a run: the seconds and steps of training since the one before, and the accuracy behind it."""

    seconds: float
    steps: int
    accuracy: float


class Turns:
    """Measures the time between tests, and hands over to the other contestant after each; without requests it does not.

    ``go`` starts the clock, ``stop`` stops it, and ``hand_over`` tells of the part and waits for the next one.
    """

    def __init__(self, steps: int, parts: int, requests: Requests | None = None) -> None:
        self._ends = {math.ceil(steps * part / parts) for part in range(1, parts + 1)}
        self._steps, self._requests = steps, requests
        self._done = self._before = 0
        self._seconds = self._started = 0.0

    def go(self) -> None:
        """Begin or go on."""
        self._started = time.perf_counter()

    def step(self) -> tuple[bool, bool]:
        """A step was made: is it the last of a part, and of an epoch? Where it is, the clock stands still."""
        self._done += 1
        position = self._done % self._steps or self._steps
        is_last = position in self._ends
        if is_last:
            self._seconds = time.perf_counter() - self._started
        return is_last, position == self._steps

    def hand_over(self, accuracy: float) -> None:
        """Tell of the part that is over."""
        part = Part(self._seconds, self._done - self._before, accuracy)
        self._before = self._done
        if self._requests is not None:
            self._requests.answer(True, part)
        self.go()


class _Pauses(Observer):
    """Stops a training run of the trainer for each test."""

    def __init__(self, turns: Turns, plugins: PluginSet, testing: Batches) -> None:
        self._turns, self._plugins, self._testing = turns, plugins, testing

    def started(self, recipe: Recipe, network: Network, digits: Digits, plugins: PluginSet, epochs_done: int) -> None:
        self._network = network
        self._turns.go()

    def advanced(self, epoch: int, part: str, images: int, loss: float) -> None:
        if part != "training":
            return
        part_is_over, epoch_is_over = self._turns.step()
        if part_is_over and not epoch_is_over:
            _, accuracy = evaluate(self._network, self._plugins, self._testing)
            self._turns.hand_over(accuracy)

    def finished(self, metrics: EpochMetrics) -> None:
        # the trainer itself tests after each epoch
        self._turns.hand_over(metrics.test_accuracy)


def train_with_plugins(recipe: Recipe, digits: Digits, turns: Turns, plugins: PluginSet) -> None:
    """Train as ``layerproof train`` does."""
    normalisation = Normalisation.of(digits.train_images)
    testing = Batches(digits.test_images, digits.test_labels, normalisation, recipe.batch_size)
    train(plugins, data=digits, observer=_Pauses(turns, plugins, testing), **vars(recipe))


def train_in_pytorch(recipe: Recipe, digits: Digits, turns: Turns) -> None:
    """Train the same parameters with the same batches, optimiser and schedule; dropout draws numbers of its own."""
    import torch

    normalisation, augmentation = Normalisation.of(digits.train_images), Augmentation() if recipe.augment else None
    training = Batches(
        digits.train_images, digits.train_labels, normalisation, recipe.batch_size, augmentation=augmentation
    )
    testing = Batches(digits.test_images, digits.test_labels, normalisation, recipe.batch_size)
    network, parameters = _in_pytorch(torch, build(recipe, digits), recipe)
    optimiser = _optimiser(torch, parameters, recipe)
    torch.manual_seed(recipe.seed)
    done, steps = 0, recipe.epochs * len(training)
    turns.go()
    for epoch in range(1, recipe.epochs + 1):
        order = generator(recipe.seed, "order", epoch)
        before = (epoch - 1) * len(training)
        batches = training.shuffled(
            order, 0, lambda position, before=before: generator(recipe.seed, "augmentation", before + position)
        )
        for x, target in batches:
            for group in optimiser.param_groups:
                group["lr"] = schedules.scaled(recipe.schedule, recipe.rate, done, steps)
            optimiser.zero_grad()
            logits = network(torch.from_numpy(x))
            loss = torch.nn.functional.cross_entropy(
                logits, torch.from_numpy(target), label_smoothing=recipe.label_smoothing
            )
            loss.backward()
            if recipe.clip_norm is not None:
                torch.nn.utils.clip_grad_norm_(parameters, recipe.clip_norm)
            optimiser.step()
            done += 1
            if turns.step()[0]:
                turns.hand_over(_accuracy(torch, network, testing))


def _in_pytorch(torch: Any, network: Network, recipe: Recipe) -> tuple[Any, list[Any]]:
    if any(stage.planned.opens for stage in network.stages):
        raise LayerProofError(f"model {recipe.model_name} has residuals, which this benchmark has not in PyTorch")
    chain = [stage.planned for stage in network.stages]
    return torch_network(torch, StepTask(recipe.model_name, chain, recipe.batch_size, "float32"), network.values)


def _optimiser(torch: Any, parameters: list[Any], recipe: Recipe) -> Any:
    if recipe.optimiser == "sgd":
        momentum, nesterov = recipe.momentum, recipe.momentum > 0
        return torch.optim.SGD(
            parameters, lr=recipe.rate, momentum=momentum, nesterov=nesterov, weight_decay=recipe.weight_decay
        )
    kind = torch.optim.Adam if recipe.optimiser == "adam" else torch.optim.AdamW
    return kind(parameters, lr=recipe.rate, weight_decay=recipe.weight_decay)


def _accuracy(torch: Any, network: Any, testing: Batches) -> float:
    network.eval()
    with torch.no_grad():
        right = sum(
            int(np.count_nonzero(network(torch.from_numpy(x)).argmax(1).numpy() == target))
            for x, target in testing.in_order()
        )
    network.train()
    return right / testing.images


def _run(task: Task, in_pytorch: bool, requests: Requests) -> None:
    ordered, chosen = parse_uses(task.uses)
    plugins = PluginChoice(tuple(ordered), chosen).load()
    digits = load_digits(task.data)
    size = task.recipe.batch_size

    def run(recipe: Recipe, digits: Digits, turns: Turns) -> None:
        if in_pytorch:
            train_in_pytorch(recipe, digits, turns)
        else:
            train_with_plugins(recipe, digits, turns, plugins)

    # whatever is compiled or set up at first use, for a whole batch and for the last one
    few = size + len(digits.train_images) % size
    some = replace(
        digits,
        train_images=digits.train_images[:few],
        train_labels=digits.train_labels[:few],
        test_images=digits.test_images[:size],
        test_labels=digits.test_labels[:size],
    )
    run(replace(task.recipe, epochs=2), some, Turns(2, 1))
    requests.answer(True, None)
    run(task.recipe, digits, Turns(math.ceil(len(digits.train_images) / size), task.parts, requests))
    while True:
        requests.answer(False, "the run is over")


def serve(connection: Any, plugin: str, threads: int) -> None:
    """Train until nobody asks to go on."""
    requests = Requests(connection)
    if not plugin:
        import torch

        torch.set_num_threads(threads)
    _, (task,) = requests.answer(True, None)
    try:
        _run(task, not plugin, requests)
    except LayerProofError as error:
        requests.answer(False, str(error))
