"""Training in lockstep with PyTorch: every call of every step is judged, and two networks train in PyTorch beside it.

Neither PyTorch nor the judge is imported here: PyTorch answers as the installed plugin ``torch``, and the judge is
found by its entry point, as plugins are.
"""

import importlib.metadata
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from layerproof import PluginSet, find_layers
from layerproof_data import Digits
from layerproof_train import optimisers
from layerproof_train.batches import Array
from layerproof_train.errors import TrainingError
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Call, Network, Stage
from layerproof_train.observer import Observer, Step
from layerproof_train.randomness import generator
from layerproof_train.recipe import Recipe
from layerproof_train.steps import compute_gradients

PYTORCH = "torch"
"""The installed plugin whose every layer is PyTorch's."""
OVERWRITES = "it overwrites what another call has returned, and should only read"
RETURNS_AGAIN = "it returns memory that was returned before in this step, and overwrites it"


class Judgement(Protocol):
    """The results of a call that are wrong, each with a message, and the largest error of the others in bounds."""

    wrong: Sequence[tuple[str, str]]
    ratio: float


class Judge(Protocol):
    """What the trainer needs of a judge."""

    def judge_call(
        self,
        layer: str,
        arguments: Mapping[str, Any],
        outputs: Sequence[Any],
        grad_output: Array | None,
        gradients: Sequence[Any],
        needs_input_grad: Sequence[bool],
    ) -> Judgement:
        """Judge a forward call, and the backward call that belongs to it."""

    def save_call(self, path: Path, layer: str, arguments: Mapping[str, Any], grad_output: Array | None) -> str:
        """Keep the inputs of a call in a file, and return the id by which it can be judged again."""


def find_judge() -> Judge:
    """The installed judge; raises TrainingError, one line, where there is none."""
    for entry in importlib.metadata.entry_points(group="layerproof.judge", name="lockstep"):
        try:
            return cast(Judge, entry.load())
        except ImportError as error:
            raise TrainingError(f"lockstep needs the judge: pip install 'layerproof[judge]' ({error})") from error
    raise TrainingError("lockstep needs the judge, and none is installed")


@dataclass(frozen=True)
class Drift:
    """How far, after an epoch, parameters are from those of PyTorch in float64, as a share of the latter's norm.

    ``plugins`` are the parameters of the run, ``pytorch`` those of PyTorch in float32; all runs begin with the same
    parameters and take the same batches.
    """

    epoch: int
    plugins: float
    pytorch: float


class Lockstep(Observer):
    """Judges every call of a training run against PyTorch, and raises TrainingError at the first that is out of bounds.

    Arguments:
        folder: where the case of a divergence is saved.

    ``ratios`` are the largest errors within their bounds by (layer, plugin), in bounds; ``drifts`` has one entry an
    epoch; ``calls`` counts what was judged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ratios: dict[tuple[str, str], float] = {}
        self.drifts: list[Drift] = []
        self.calls = 0
        self._judge = find_judge()
        self._recorded: list[_RecordedCall] = []
        self._wrong: list[tuple[Call, str, str]] = []
        self._pytorch_runs: list[_PyTorchRun] = []

    def started(self, recipe: Recipe, network: Network, digits: Digits, plugins: PluginSet, epochs_done: int) -> None:
        """Start the two runs in PyTorch from the same parameters."""
        self._network = network
        modules = {plugin.name: plugin.module for plugin in plugins.plugins}
        # equal states of a generator give equal random numbers in one plugin, but others in another plugin
        drawing = {stage.layer for stage in network.stages if stage.planned.generators}
        use = {layer: modules[name] for layer in drawing for name in plugins.implementations(layer)[:1]}
        torch = PluginSet([PYTORCH], use)
        self._pytorch_runs = [_PyTorchRun(network, dtype, torch, recipe) for dtype in (np.float32, np.float64)]

    def called(self, call: Call) -> None:
        """Copy a call and keep it until the step is done: a later call may overwrite what it should only read."""
        kept = replace(
            call,
            arguments={name: _copied(value) for name, value in call.arguments.items()},
            results=tuple(map(_copied, call.results)),
            grad_output=_copied(call.grad_output),
        )
        # nothing had changed after the call before, so it was this call that overwrote what has changed now
        changed = [recorded for recorded in self._recorded if not recorded.overwritten and recorded.has_changed()]
        if changed:
            returned = [recorded for recorded in changed if _share_memory(recorded.call.results, call.results)]
            given = "input" if call.grad_output is None else "grad_output"
            self._wrong.append((kept, given, RETURNS_AGAIN if returned else OVERWRITES))
            for recorded in changed:
                recorded.overwritten = True
        self._recorded.append(_RecordedCall(call, kept))

    def computed(self, step: Step) -> None:
        """Judge all calls of a step, then make the same step in PyTorch."""
        calls = [recorded.copy for recorded in self._recorded]
        backward = {call.number: call for call in calls if call.grad_output is not None}
        forward = [call for call in calls if call.grad_output is None]
        wrong = self._wrong + [result for call in forward for result in self._judged(call, backward.get(call.number))]
        self._wrong, self._recorded = [], []
        if wrong:
            # forward results come before gradients, and gradients of later layers before those of earlier ones
            raise self._diverged(step, min(wrong, key=_order), len(wrong), backward)
        for run in self._pytorch_runs:
            run.step(step)

    def finished(self, metrics: EpochMetrics) -> None:
        """Measure how far the parameters have drifted."""
        single, double = (run.network.values.astype(np.float64) for run in self._pytorch_runs)
        norm = float(np.linalg.norm(double)) or 1.0
        plugins, pytorch = (float(np.linalg.norm(values - double)) / norm for values in (self._network.values, single))
        self.drifts.append(Drift(metrics.epoch, plugins, pytorch))

    def _judged(self, forward: Call, backward: Call | None) -> list[tuple[Call, str, str]]:
        grad_output, gradients, needed = (
            (None, (), ()) if backward is None else (backward.grad_output, backward.results, backward.needs_input_grad)
        )
        judgement = self._judge.judge_call(
            forward.layer, forward.arguments, forward.results, grad_output, gradients, needed
        )
        self.calls += 1 + (backward is not None)
        key = forward.layer, forward.plugin
        self.ratios[key] = max(self.ratios.get(key, 0.0), judgement.ratio)
        return [(forward, result, message) for result, message in judgement.wrong]

    def _diverged(
        self, step: Step, first: tuple[Call, str, str], number: int, backward: Mapping[int, Call]
    ) -> TrainingError:
        call, result, message = first
        grad_output = backward[call.number].grad_output if call.number in backward else None
        place = "the loss" if call.number > len(self._network.stages) else f"layer {call.number} of the network"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder.resolve() / f"lockstep-step-{step.number + 1}-{call.layer}.npz"
            case = self._judge.save_call(path, call.layer, call.arguments, grad_output)
            repeat = f"repeat with `layerproof check {call.plugin} --case {case}`"
        except OSError as error:
            repeat = f"its case cannot be saved ({error.strerror or error})"
        hook = find_layers()[call.layer].hooks[result.startswith("grad_")]
        others = f", and {number - 1} more in this step" if number > 1 else ""
        return TrainingError(
            f"step {step.number + 1} diverges from PyTorch: {hook} of plugin {call.plugin}, {place}: "
            f"{message}{others}; {repeat}"
        )


@dataclass
class _RecordedCall:
    """A call with its arrays, a copy from when it was made, and whether a later call has overwritten its results."""

    call: Call
    copy: Call
    overwritten: bool = False

    def has_changed(self) -> bool:
        """Whether a result is no longer what it was, bit for bit."""
        return any(map(_differs, self.call.results, self.copy.results))


def _differs(array: Any, before: Any) -> bool:
    if not isinstance(array, np.ndarray):
        return False
    bits = f"u{array.itemsize}"
    return not np.array_equal(array.view(bits), before.view(bits))


def _share_memory(some: Sequence[Any], others: Sequence[Any]) -> bool:
    arrays = [[value for value in values if isinstance(value, np.ndarray)] for values in (some, others)]
    return any(np.may_share_memory(first, second) for first, second in itertools.product(*arrays))


def _copied(value: Any) -> Any:
    return np.array(value) if isinstance(value, np.ndarray) else value


def _order(wrong: tuple[Call, str, str]) -> tuple[bool, int]:
    call, result, _ = wrong
    backward = result.startswith("grad_")
    return backward, -call.number if backward else call.number


class _PyTorchRun:
    """A copy of the network that PyTorch trains with the same batches, from the same initial parameters."""

    def __init__(self, network: Network, dtype: Any, plugins: PluginSet, recipe: Recipe) -> None:
        stages = [
            Stage(
                stage.planned,
                stage.parameters,
                {name: array.astype(dtype) for name, array in stage.statistics.items()},
            )
            for stage in network.stages
        ]
        self.network = Network(network.input_shape, stages, dtype)
        self._plugins, self._recipe = plugins, recipe
        self._optimiser = optimisers.create(recipe.optimiser, self.network.values, recipe.momentum, recipe.weight_decay)

    def step(self, step: Step) -> None:
        rng = generator(self._recipe.seed, "dropout", step.number)
        x = step.x.astype(self.network.dtype)
        compute_gradients(self.network, self._plugins, x, step.target, rng, self._recipe.label_smoothing)
        if self._recipe.clip_norm is not None:
            optimisers.clip(self.network.gradients, self._recipe.clip_norm)
        self._optimiser.step(self.network.gradients, step.learning_rate)
