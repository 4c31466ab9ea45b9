"""Networks as lists of layers, put together call by call."""

import math
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Stage:
    """One layer of a network: its attributes, and the shapes of its parameters, and of output and input but for N.

    ``heads`` are those of an attention. So many residual branches begin in front of it (``opens``) and are added to
    what it gives (``closes``).
    """

    layer: str
    attributes: dict[str, Any]
    parameters: dict[str, tuple[int, ...]]
    output: tuple[int, ...]
    x: tuple[int, ...] = ()
    heads: int = 1
    opens: int = 0
    closes: int = 0


class Chain:
    """Stages in the making, for inputs of this shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.stages: list[Stage] = []

    def conv(self, outputs: int, kernel: int, padding: int = 0, bias: bool = True) -> "Chain":
        """Windows that move by one pixel."""
        channels, height, width = self.shape
        grown = 2 * padding - kernel + 1
        attributes = {"stride": (1, 1), "padding": (padding, padding), "dilation": (1, 1), "groups": 1}
        parameters = {"weight": (outputs, channels, kernel, kernel), **({"bias": (outputs,)} if bias else {})}
        return self._add("conv2d", attributes, parameters, (outputs, height + grown, width + grown))

    def relu(self) -> "Chain":
        """Keep what is above 0."""
        return self._add("relu", {}, {}, self.shape)

    def pool(self) -> "Chain":
        """The maxima of 2 x 2 pixels."""
        channels, height, width = self.shape
        attributes = {
            "kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0), "dilation": (1, 1), "ceil_mode": False,
        }  # fmt: skip
        return self._add("max_pool2d", attributes, {}, (channels, height // 2, width // 2))

    def batch_norm(self) -> "Chain":
        """Each channel normalised."""
        attributes = {"momentum": 0.1, "eps": 1e-5}
        return self._add("batch_norm", attributes, dict.fromkeys(("weight", "bias"), self.shape[:1]), self.shape)

    def block(self, outputs: int) -> "Chain":
        """A convolution that is normalised, so that it needs no bias, and relu."""
        return self.conv(outputs, 3, 1, bias=False).batch_norm().relu()

    def dropout(self, p: float) -> "Chain":
        """Drop some at random."""
        return self._add("dropout", {"p": p}, {}, self.shape)

    def flatten(self, end_dim: int = -1) -> "Chain":
        """The axes from the first behind N to ``end_dim`` become one."""
        end = len(self.shape) if end_dim == -1 else end_dim
        shape = (math.prod(self.shape[:end]), *self.shape[end:])
        return self._add("flatten", {"start_dim": 1, "end_dim": end_dim}, {}, shape)

    def linear(self, outputs: int) -> "Chain":
        """Mix the last axis."""
        parameters = {"weight": (outputs, self.shape[-1]), "bias": (outputs,)}
        return self._add("linear", {}, parameters, (*self.shape[:-1], outputs))

    def embedding(self) -> "Chain":
        """Add what is learned of each position."""
        return self._add("embedding", {}, {"weight": self.shape}, self.shape)

    def layer_norm(self) -> "Chain":
        """Each row normalised."""
        shape = self.shape[-1:]
        attributes = {"normalized_shape": shape, "eps": 1e-5}
        return self._add("layer_norm", attributes, dict.fromkeys(("weight", "bias"), shape), self.shape)

    def gelu(self) -> "Chain":
        """By tanh."""
        return self._add("gelu", {"approximate": "tanh"}, {}, self.shape)

    def attention_block(self, heads: int) -> "Chain":
        """A residual branch of attention."""
        first, width = len(self.stages), self.shape[-1]
        self.layer_norm().linear(3 * width)
        length = self.shape[0]
        self._add("scaled_dot_product_attention", {}, {}, (length, width), heads)
        return self.linear(width)._residual(first)

    def mlp_block(self) -> "Chain":
        """A residual branch of two linear layers."""
        first, width = len(self.stages), self.shape[-1]
        return self.layer_norm().linear(2 * width).gelu().linear(width)._residual(first)

    def _residual(self, first: int) -> "Chain":
        self.stages[first] = replace(self.stages[first], opens=1)
        self.stages[-1] = replace(self.stages[-1], closes=1)
        return self

    def _add(self, layer: str, attributes: Any, parameters: Any, output: tuple[int, ...], heads: int = 1) -> "Chain":
        self.stages.append(Stage(layer, attributes, parameters, output, self.shape, heads))
        self.shape = output
        return self
