"""Compare the results of timed calls with PyTorch in float64 on the same inputs, after the timing."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import find_layers
from layerproof.chain import ChainLayer
from layerproof.chain.parameters import initial_constant
from layerproof_conformance.benchmark.shapes import LayerTask
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.oracle.comparison import Finding
from layerproof_conformance.types.inputs import CaseInputs

Array = NDArray[Any]

# Layers are judged element by element when they are timed alone; a step is compared as a whole. A relu or a pool may
# select another value where two differ by rounding only, which changes single gradients.
STEP_ERROR = 1e-2
# One such selection may change all gradients together by this share of their length.
DECIDED_OTHERWISE = 1e-1


@dataclass(frozen=True)
class StepTask:
    """A training step of a network."""

    name: str
    chain: list[ChainLayer]
    batch_size: int
    dtype: str
    learning_rate: float = 0.01

    def parameters(self) -> Array:
        """All parameters at the start, as one vector."""
        rng = np.random.default_rng(0)
        parts = []
        for place in self.chain:
            layer = find_layers()[place.layer]
            for name, shape in place.parameters.items():
                constant, fan_in = initial_constant(layer, name), math.prod(place.parameters["weight"][1:])
                if constant is not None:
                    parts.append(np.full(math.prod(shape), constant))
                else:
                    parts.append(rng.uniform(-1, 1, math.prod(shape)) / math.sqrt(fan_in))
        return np.concatenate(parts).astype(self.dtype)

    def views(self, vector: Array) -> list[dict[str, Array]]:
        """The parts of such a vector by layer and parameter."""
        views, start = [], 0
        for place in self.chain:
            by_name = {}
            for name, shape in place.parameters.items():
                by_name[name] = vector[start : start + math.prod(shape)].reshape(shape)
                start += math.prod(shape)
            views.append(by_name)
        return views

    def batch(self, variant: int) -> tuple[Array, Array]:
        """Images of which four in five pixels are 0, and labels."""
        rng = np.random.default_rng(variant)
        shape = (self.batch_size, 1, 28, 28)
        x = np.where(rng.random(shape) < 0.2, rng.random(shape) * 3, -0.4).astype(self.dtype)
        return x, rng.integers(0, 10, self.batch_size)


def torch_network(torch: Any, task: StepTask, values: Array) -> tuple[Any, list[Any]]:
    """The network in PyTorch with these parameters; raises LayerProofError for a layer that it has no module for."""
    from layerproof_conformance.benchmark.pytorch_network import network as built

    network = built(task.chain).to(getattr(torch, values.dtype.name))
    parameters = list(network.parameters())
    arrays = [array for by_name in task.views(values) for array in by_name.values()]
    with torch.no_grad():
        for parameter, array in zip(parameters, arrays, strict=True):
            parameter.copy_(torch.from_numpy(array))
    return network, parameters


def layer_problem(task: LayerTask, what: str, variant: int, results: tuple[Any, ...]) -> str:
    """The first error in the results of a forward or a backward, "" if all are within the judge's bounds."""
    layer_judge = find_layer_judge(task.layer)
    layer = layer_judge.layer
    arguments = task.arguments(variant)
    ordered = {name: arguments[name] for name in layer.arguments}
    if what == "forward":
        named = dict(zip(layer.outputs, results, strict=True))
    else:
        named = layer.needed_gradients(results, task.needs)
    inputs = layer_judge.with_decisions(CaseInputs(task.layer, ordered, task.grad_output(variant)), named)
    outcomes = layer_judge.expect(inputs, task.dtype).compare("bench", named)
    return next((outcome.message for outcome in outcomes if isinstance(outcome, Finding)), "")


def step_problem(task: StepTask, variant: int, results: tuple[Any, ...], allowed: float = STEP_ERROR) -> str:
    """The error of a step, judged by its loss, its gradients, and the parameters after it; "" if there is none."""
    import torch

    loss, gradients, values, *dropped = results
    before = values.astype(np.float64) + task.learning_rate * gradients.astype(np.float64)
    network, parameters = torch_network(torch, task, before)
    _drop_the_same(torch, task, network, dropped)
    x, target = task.batch(variant)
    expected: Any = torch.nn.functional.cross_entropy(
        network(torch.from_numpy(x.astype(np.float64))), torch.from_numpy(target)
    )
    expected.backward()
    right = np.concatenate([parameter.grad.numpy().ravel() for parameter in parameters])
    error = float(np.linalg.norm(gradients - right) / np.linalg.norm(right))
    if not error < allowed:
        return f"the gradients of a step are off by {error:.2g} of their length"
    off = abs(float(loss) - expected.item())
    return "" if off < allowed else f"the loss of a step is {float(loss):.6g}, but should be {expected.item():.6g}"


def _drop_the_same(torch: Any, task: StepTask, network: Any, dropped: list[Array]) -> None:
    """Give the dropouts the masks of the plugin, read off the input and the output of each of its dropouts.

    Whether a 0 was kept cannot be read off. Behind a relu, as in these networks, no gradient reaches it either way.
    """
    from layerproof_conformance.benchmark.pytorch_network import Kept

    numbers = [number for number, place in enumerate(task.chain) if place.layer == "dropout"]
    for number, x, output in zip(numbers, dropped[::2], dropped[1::2], strict=True):
        mask = torch.from_numpy(np.where(x == 0, 1.0, output != 0))
        network[number] = Kept(mask, task.chain[number].attributes["p"])
