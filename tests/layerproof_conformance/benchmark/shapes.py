"""What is measured: the networks, the layers that occur in them, and a few larger ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import find_layers
from layerproof_conformance.benchmark import wiring
from layerproof_conformance.benchmark.chain import Chain, Stage

Array = NDArray[Any]
VARIANTS = 3
"""Different inputs that take turns, so that no result can be one of an earlier call."""


@dataclass(frozen=True)
class LayerTask:
    """One layer in one shape; ``x`` is what the layer before gives, ``needs`` as in needs_input_grad."""

    layer: str
    shape: str
    x: tuple[int, ...]
    attributes: dict[str, Any]
    parameters: dict[str, tuple[int, ...]]
    needs: tuple[bool, ...]
    output: tuple[int, ...]
    dtype: str
    heads: int = 1

    def arguments(self, variant: int) -> dict[str, Any]:
        """The forward arguments, different for each variant."""
        rng = np.random.default_rng(variant)
        given: dict[str, Any] = find_layers()[self.layer].completed(self.attributes)
        x = rng.standard_normal(self.x).astype(self.dtype)
        if self.layer == "cross_entropy":
            given |= {"logits": x, "target": rng.integers(0, self.x[1], self.x[0])}
        else:
            given |= wiring.arguments(self.layer, self.heads, x)
        for name, shape in self.parameters.items():
            given[name] = (rng.standard_normal(shape) / math.sqrt(math.prod(shape[1:]))).astype(self.dtype)
        if self.layer in ("batch_norm", "dropout"):
            given["training"] = True
        if self.layer == "batch_norm":
            given |= {name: make(self.x[1], self.dtype) for name, make in STATISTICS.items()}
        if self.layer == "dropout":
            given["rng"] = rng
        return given

    def grad_output(self, variant: int) -> Array:
        """A gradient for the output."""
        values = np.random.default_rng(100 + variant).standard_normal(self.output).astype(self.dtype)
        return wiring.grad_output(self.layer, self.heads, values)

    @property
    def flops(self) -> tuple[float, float]:
        """Multiplications and additions of forward and backward, for layers that multiply matrices."""
        if self.layer == wiring.ATTENTION:
            forward = 4.0 * math.prod(self.output) * self.output[1]
            return forward, 2 * forward
        if self.layer not in ("conv2d", "linear"):
            return 0.0, 0.0
        forward = 2.0 * math.prod(self.output) * math.prod(self.parameters["weight"][1:])
        return forward, forward * (self.needs[0] + self.needs[1])

    @property
    def bytes(self) -> tuple[float, float]:
        """What forward and backward must read and write at least."""
        size = np.dtype(self.dtype).itemsize
        parameters = sum(math.prod(shape) for shape in self.parameters.values())
        x = 0 if self.layer == wiring.EMBEDDING else math.prod(self.x)
        whole = size * (x + math.prod(self.output) + parameters)
        return whole, whole + size * x * self.needs[0]


STATISTICS = {"running_mean": np.zeros, "running_var": np.ones}
"""The running statistics of batch_norm and what they begin with."""

_IMAGE, _TEN = (1, 28, 28), 10
NETWORKS: dict[str, list[Stage]] = {
    "A": Chain(_IMAGE).conv(4, 3).relu().pool().flatten().linear(_TEN).stages,
    "B": Chain(_IMAGE).conv(8, 3, 1).relu().pool().conv(16, 3, 1).relu().pool().flatten().linear(_TEN).stages,
    "C": Chain(_IMAGE).conv(32, 3).relu().conv(64, 3).relu().pool().flatten().linear(128).relu().linear(_TEN).stages,
    "lenet": (
        Chain(_IMAGE).conv(8, 5, 2).relu().pool().conv(16, 5).relu().pool()
        .flatten().linear(120).relu().linear(84).relu().linear(_TEN).stages
    ),
    "cnn": (
        Chain(_IMAGE).block(16).block(16).pool().block(32).block(32).pool().block(64).block(64).pool()
        .flatten().dropout(0.3).linear(_TEN).stages
    ),
    "attention": (
        Chain(_IMAGE).flatten(2).linear(64).embedding().attention_block(4).mlp_block().attention_block(4).mlp_block()
        .layer_norm().flatten().linear(_TEN).stages
    ),
}  # fmt: skip
"""A and C are the models seed and deep of the trainer with their usual filters, lenet, cnn and attention those of
these names, B is in between."""

_LARGER: dict[str, list[Stage]] = {
    "larger": Chain((64, 28, 28)).conv(64, 3, 1).relu().pool().stages + Chain((1024,)).linear(1024).stages,
}
LOSS = {"weight": None, "ignore_index": -100, "reduction": "mean", "label_smoothing": 0.0}


def layer_tasks(batch_size: int, dtype: str) -> Iterator[LayerTask]:
    """Every layer in every shape that it has in the networks, and a few larger ones; each once."""
    seen = set()
    for stages in (*NETWORKS.values(), *_LARGER.values()):
        for number, stage in enumerate(stages):
            # nobody asks for the gradient of data, unless there is no other
            needs_x = number > 0 or stage.x[0] > 1 or not stage.parameters
            differentiable = find_layers()[stage.layer].differentiable
            needs = tuple(name in stage.parameters or (name != "bias" and needs_x) for name in differentiable)
            task = LayerTask(
                stage.layer, _described(stage), (batch_size, *stage.x), stage.attributes, stage.parameters,
                needs, (batch_size, *stage.output), dtype, stage.heads,
            )  # fmt: skip
            if task.shape + task.layer not in seen:
                seen.add(task.shape + task.layer)
                yield task
    for classes in (10, 1000):
        logits = (batch_size, classes)
        yield LayerTask("cross_entropy", f"{classes} classes", logits, LOSS, {}, (True,), (), dtype)


def _described(stage: Stage) -> str:
    size = "x".join(map(str, stage.x))
    if stage.layer == "conv2d":
        outputs, channels, kernel, _ = stage.parameters["weight"]
        padded = " padded" if stage.attributes["padding"] != (0, 0) else ""
        return f"{channels}->{outputs} {kernel}x{kernel}{padded} on {stage.x[1]}x{stage.x[2]}"
    if stage.layer == wiring.ATTENTION:
        return f"{size}, {stage.heads} heads"
    return f"{size}->{stage.output[-1]}" if stage.layer == "linear" else size
