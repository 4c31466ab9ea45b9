"""What is measured: the networks, the layers that occur in them, and a few larger ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import find_layers
from layerproof.chain import ChainLayer, Layers, models, plan_chain, wiring_of
from layerproof.chain.definition import MODE
from layerproof.chain.parameters import initial_statistics, statistics_shapes
from layerproof.chain.plan import generators

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
        layer, wiring = find_layers()[self.layer], wiring_of(self.layer, self.heads)
        given: dict[str, Any] = layer.completed(self.attributes)
        x = rng.standard_normal(self.x).astype(self.dtype)
        if self.layer == LOSS:
            return given | {"logits": x, "target": rng.integers(0, self.x[1], self.x[0])}
        given |= wiring.arguments(x)
        for name, shape in self.parameters.items():
            given[name] = (rng.standard_normal(shape) / math.sqrt(math.prod(shape[1:]))).astype(self.dtype)
        if MODE in given:
            given[MODE] = True
        given |= initial_statistics(layer, statistics_shapes(layer, wiring, self.x[1:]), self.dtype)
        given |= dict.fromkeys(generators(layer), rng)
        return given

    def grad_output(self, variant: int) -> Array:
        """A gradient for the output."""
        values = np.random.default_rng(100 + variant).standard_normal(self.output).astype(self.dtype)
        return values if self.layer == LOSS else wiring_of(self.layer, self.heads).grad_output(values)

    @property
    def flops(self) -> tuple[float, float]:
        """Multiplications and additions of forward and backward, for layers that multiply matrices."""
        if self.layer == ATTENTION:
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
        reads_x = self.layer == LOSS or wiring_of(self.layer).inputs
        x = math.prod(self.x) if reads_x else 0
        whole = size * (x + math.prod(self.output) + parameters)
        return whole, whole + size * x * self.needs[0]


ATTENTION, LOSS = "scaled_dot_product_attention", "cross_entropy"
LOSS_ATTRIBUTES = {"weight": None, "ignore_index": -100, "reduction": "mean", "label_smoothing": 0.0}

_IMAGE, _CLASSES = (1, 28, 28), 10
_TWO_CONVOLUTIONS: Layers = [
    *(models.conv2d(8, 3, padding=1), "relu", models.POOL),
    *(models.conv2d(16, 3, padding=1), "relu", models.POOL),
    *("flatten", models.linear("classes")),
]


def _model(name: str) -> list[ChainLayer]:
    return _network(models.MODELS[name](models.FILTERS[name]))


def _network(layers: Layers, input_shape: tuple[int, ...] = _IMAGE) -> list[ChainLayer]:
    return plan_chain(layers, input_shape, _CLASSES)


NETWORKS: dict[str, list[ChainLayer]] = {
    "A": _model("seed"),
    "B": _network(_TWO_CONVOLUTIONS),
    "C": _model("deep"),
    **{name: _model(name) for name in ("lenet", "cnn", "attention")},
}
"""A and C are the models seed and deep with their usual filters, B is in between."""

_LARGER = (
    _network([models.conv2d(64, 3, padding=1), "relu", models.POOL], (64, 28, 28)),
    _network([models.linear(1024)], (1024,)),
)


def layer_tasks(batch_size: int, dtype: str) -> Iterator[LayerTask]:
    """Every layer in every shape that it has in the networks, and a few larger ones; each once."""
    yielded = set()
    for chain in (*NETWORKS.values(), *_LARGER):
        for number, place in enumerate(chain):
            # the gradient of data is not needed, unless there is no other
            needs_x = number > 0 or place.input_shape[0] > 1 or not place.parameters
            needed = {*place.parameters, *(place.wiring.inputs if needs_x else ())}
            task = LayerTask(
                place.layer, _described(place), (batch_size, *place.input_shape), place.attributes, place.parameters,
                tuple(name in needed for name in find_layers()[place.layer].differentiable),
                (batch_size, *place.output_shape), dtype, place.heads,
            )  # fmt: skip
            if (task.layer, task.shape) not in yielded:
                yielded.add((task.layer, task.shape))
                yield task
    for classes in (10, 1000):
        logits = (batch_size, classes)
        yield LayerTask(LOSS, f"{classes} classes", logits, LOSS_ATTRIBUTES, {}, (True,), (), dtype)


def _described(place: ChainLayer) -> str:
    size = "x".join(map(str, place.input_shape))
    if place.layer == "conv2d":
        outputs, channels, kernel, _ = place.parameters["weight"]
        padded = " padded" if place.attributes["padding"] != (0, 0) else ""
        return f"{channels}->{outputs} {kernel}x{kernel}{padded} on {place.input_shape[1]}x{place.input_shape[2]}"
    if place.layer == ATTENTION:
        return f"{size}, {place.heads} heads"
    return f"{size}->{place.output_shape[-1]}" if place.layer == "linear" else size
