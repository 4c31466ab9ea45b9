"""What is measured: the networks, the layers that occur in them, and a few larger ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
VARIANTS = 3
"""Different inputs that take turns, so that no result can be one of an earlier call."""


@dataclass(frozen=True)
class Stage:
    """One layer of a network: its attributes, the shapes of its parameters, and the shape of its output but for N."""

    layer: str
    attributes: dict[str, Any]
    parameters: dict[str, tuple[int, ...]]
    output: tuple[int, ...]


@dataclass(frozen=True)
class LayerTask:
    """One layer in one shape; ``needs`` as in needs_input_grad."""

    layer: str
    shape: str
    x: tuple[int, ...]
    attributes: dict[str, Any]
    parameters: dict[str, tuple[int, ...]]
    needs: tuple[bool, ...]
    output: tuple[int, ...]
    dtype: str

    def arguments(self, variant: int) -> dict[str, Any]:
        """The forward arguments, different for each variant."""
        rng = np.random.default_rng(variant)
        given: dict[str, Any] = dict(self.attributes)
        first = "logits" if self.layer == "cross_entropy" else "x"
        given[first] = rng.standard_normal(self.x).astype(self.dtype)
        if self.layer == "cross_entropy":
            given["target"] = rng.integers(0, self.x[1], self.x[0])
        for name, shape in self.parameters.items():
            given[name] = (rng.standard_normal(shape) / math.sqrt(math.prod(shape[1:]))).astype(self.dtype)
        return given

    def grad_output(self, variant: int) -> Array:
        """A gradient for the output; behind a relu and a pool most of it is 0, as in training."""
        values = np.random.default_rng(100 + variant).standard_normal(self.output).astype(self.dtype)
        return np.asarray(values)

    @property
    def flops(self) -> tuple[float, float]:
        """Multiplications and additions of forward and backward, for layers that multiply matrices."""
        if self.layer not in ("conv2d", "linear"):
            return 0.0, 0.0
        forward = 2.0 * math.prod(self.output) * math.prod(self.parameters["weight"][1:])
        return forward, forward * (self.needs[0] + self.needs[1])

    @property
    def bytes(self) -> tuple[float, float]:
        """What forward and backward must read and write at least."""
        size = np.dtype(self.dtype).itemsize
        parameters = sum(math.prod(shape) for shape in self.parameters.values())
        whole = size * (math.prod(self.x) + math.prod(self.output) + parameters)
        return whole, whole + size * math.prod(self.x) * self.needs[0]


@dataclass
class _Chain:
    """Stages in the making."""

    shape: tuple[int, ...] = (1, 28, 28)
    stages: list[Stage] = field(default_factory=list)

    def conv(self, outputs: int, kernel: int, padding: int = 0) -> "_Chain":
        channels, height, width = self.shape
        grown = 2 * padding - kernel + 1
        attributes = {"stride": (1, 1), "padding": (padding, padding), "dilation": (1, 1), "groups": 1}
        parameters = {"weight": (outputs, channels, kernel, kernel), "bias": (outputs,)}
        return self._add("conv2d", attributes, parameters, (outputs, height + grown, width + grown))

    def relu(self) -> "_Chain":
        return self._add("relu", {}, {}, self.shape)

    def pool(self) -> "_Chain":
        channels, height, width = self.shape
        attributes = {
            "kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0), "dilation": (1, 1), "ceil_mode": False,
        }  # fmt: skip
        return self._add("max_pool2d", attributes, {}, (channels, height // 2, width // 2))

    def flatten(self) -> "_Chain":
        return self._add("flatten", {"start_dim": 1, "end_dim": -1}, {}, (math.prod(self.shape),))

    def linear(self, outputs: int) -> "_Chain":
        return self._add("linear", {}, {"weight": (outputs, *self.shape), "bias": (outputs,)}, (outputs,))

    def _add(self, layer: str, attributes: Any, parameters: Any, output: tuple[int, ...]) -> "_Chain":
        self.stages.append(Stage(layer, attributes, parameters, output))
        self.shape = output
        return self


NETWORKS: dict[str, list[Stage]] = {
    "A": _Chain().conv(4, 3).relu().pool().flatten().linear(10).stages,
    "B": _Chain().conv(8, 3, 1).relu().pool().conv(16, 3, 1).relu().pool().flatten().linear(10).stages,
    "C": _Chain().conv(32, 3).relu().conv(64, 3).relu().pool().flatten().linear(128).relu().linear(10).stages,
    "lenet": (
        _Chain().conv(8, 5, 2).relu().pool().conv(16, 5).relu().pool()
        .flatten().linear(120).relu().linear(84).relu().linear(10).stages
    ),
}  # fmt: skip
"""A and C are the models seed and deep of the trainer with their usual filters, lenet is lenet, B is in between."""

_LARGER: dict[str, list[Stage]] = {
    "larger": _Chain((64, 28, 28)).conv(64, 3, 1).relu().pool().stages + _Chain((1024,)).linear(1024).stages,
}
LOSS = {"weight": None, "ignore_index": -100, "reduction": "mean", "label_smoothing": 0.0}


def layer_tasks(batch_size: int, dtype: str) -> Iterator[LayerTask]:
    """Every layer in every shape that it has in the networks, and a few larger ones; each once."""
    seen = set()
    for stages in (*NETWORKS.values(), *_LARGER.values()):
        shape: tuple[int, ...] = (1, 28, 28) if stages[0].parameters["weight"][1] == 1 else (64, 28, 28)
        for number, stage in enumerate(stages):
            if stage.layer == "linear":
                shape = stage.parameters["weight"][1:]
            needs = (number > 0 or shape[0] > 1, *(True for _ in stage.parameters))
            task = LayerTask(
                stage.layer, _described(stage, shape), (batch_size, *shape), stage.attributes, stage.parameters,
                needs, (batch_size, *stage.output), dtype,
            )  # fmt: skip
            shape = stage.output
            if task.shape + task.layer not in seen:
                seen.add(task.shape + task.layer)
                yield task
    for classes in (10, 1000):
        logits = (batch_size, classes)
        yield LayerTask("cross_entropy", f"{classes} classes", logits, LOSS, {}, (True,), (), dtype)


def _described(stage: Stage, shape: tuple[int, ...]) -> str:
    size = "x".join(map(str, shape))
    if stage.layer == "conv2d":
        outputs, channels, kernel, _ = stage.parameters["weight"]
        padded = " padded" if stage.attributes["padding"] != (0, 0) else ""
        return f"{channels}->{outputs} {kernel}x{kernel}{padded} on {shape[1]}x{shape[2]}"
    return f"{size}->{stage.output[0]}" if stage.layer == "linear" else size
