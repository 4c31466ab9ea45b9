"""Put a network together layer by layer: shapes are computed, parameters initialised as PyTorch does by default."""

import math
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from layerproof_train.errors import TrainingError
from layerproof_train.network import Network, Stage

Array = NDArray[Any]
Pair = tuple[int, int]


class Builder:
    """A network in the making; each method adds one layer and returns the builder.

    Arguments:
        input_shape: the shape of one image (channels, height, width).
        generator: draws the initial parameters.
        dtype: of the parameters.

    ``shape`` is what the layers so far make of one image. Raises TrainingError where a layer cannot follow.
    """

    def __init__(self, input_shape: tuple[int, ...], generator: np.random.Generator, dtype: Any = np.float32) -> None:
        self.input_shape = self.shape = input_shape
        self.stages: list[Stage] = []
        self._generator = generator
        self._dtype = dtype

    def build(self) -> Network:
        """The network so far."""
        return Network(self.input_shape, self.stages, self._dtype)

    def conv2d(self, outputs: int, kernel_size: Pair, stride: Pair = (1, 1), padding: Pair = (0, 0)) -> Self:
        """Add a convolution with this many output channels."""
        channels, size = self._image("conv2d")
        parameters = self._parameters((outputs, channels, *kernel_size))
        shape = (outputs, *self._windows("conv2d", size, kernel_size, stride, padding))
        return self._add("conv2d", shape, {"stride": stride, "padding": padding}, parameters)

    def max_pool2d(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)) -> Self:
        """Add a maximum pool, whose stride is its kernel_size unless given."""
        channels, size = self._image("max_pool2d")
        stride = kernel_size if stride is None else stride
        shape = (channels, *self._windows("max_pool2d", size, kernel_size, stride, padding))
        return self._add("max_pool2d", shape, {"kernel_size": kernel_size, "stride": stride, "padding": padding})

    def activation(self, layer: str, **attributes: Any) -> Self:
        """Add a layer that works on each value by itself, such as relu."""
        return self._add(layer, self.shape, attributes)

    def relu(self) -> Self:
        """Add a relu."""
        return self.activation("relu")

    def flatten(self) -> Self:
        """Turn each image into one row."""
        return self._add("flatten", (math.prod(self.shape),), {"start_dim": 1, "end_dim": -1})

    def linear(self, outputs: int) -> Self:
        """Add a linear layer with this many outputs."""
        if len(self.shape) != 1:
            raise self._error("linear", f"needs one row for each image, but is given {self._shape()}; flatten it first")
        return self._add("linear", (outputs,), {}, self._parameters((outputs, *self.shape)))

    def _parameters(self, weight_shape: tuple[int, ...]) -> dict[str, Array]:
        # PyTorch's kaiming_uniform with a = sqrt(5) has the bound sqrt(6 / ((1 + a^2) * fan_in)), which is
        # 1/sqrt(fan_in), and so is its bound for the bias
        bound = 1 / math.sqrt(math.prod(weight_shape[1:]))
        return {
            "weight": self._generator.uniform(-bound, bound, weight_shape).astype(self._dtype),
            "bias": self._generator.uniform(-bound, bound, weight_shape[0]).astype(self._dtype),
        }

    def _add(
        self,
        layer: str,
        shape: tuple[int, ...],
        attributes: Mapping[str, Any],
        parameters: Mapping[str, Array] | None = None,
    ) -> Self:
        self.stages.append(Stage(layer, dict(attributes), dict(parameters or {}), shape))
        self.shape = shape
        return self

    def _image(self, layer: str) -> tuple[int, Pair]:
        if len(self.shape) != 3:
            raise self._error(layer, f"needs images (channels, height, width), but is given {self._shape()}")
        channels, height, width = self.shape
        return channels, (height, width)

    def _windows(self, layer: str, size: Pair, kernel_size: Pair, stride: Pair, padding: Pair) -> Pair:
        height, width = (
            (length + 2 * pad - kernel) // step + 1
            for length, kernel, step, pad in zip(size, kernel_size, stride, padding, strict=True)
        )
        if height < 1 or width < 1:
            raise self._error(layer, f"has a window of {_times(kernel_size)}, but is given {self._shape()}")
        return height, width

    def _shape(self) -> str:
        return f"{_times(self.shape)} for an image of {_times(self.input_shape)}"

    def _error(self, layer: str, what: str) -> TrainingError:
        return TrainingError(f"layer {len(self.stages) + 1} of the network, {layer}, {what}")


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
