"""The parameters that each layer has, and the values that they begin with."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = tuple[int, ...]


def parameter_shapes(layer: str, shape: Shape, attributes: Mapping[str, Any]) -> dict[str, Shape]:
    """The shapes of weight and bias of a layer that is given this shape; empty where it has none."""
    if layer in ("conv2d", "conv_transpose2d"):
        groups, outputs, kernel = (attributes[name] for name in ("groups", "outputs", "kernel_size"))
        ends = (outputs, shape[0] // groups) if layer == "conv2d" else (shape[0], outputs // groups)
        return {"weight": (*ends, *kernel), "bias": (outputs,)}
    if layer == "linear":
        return {"weight": (attributes["outputs"], shape[-1]), "bias": (attributes["outputs"],)}
    if layer in ("batch_norm", "group_norm"):
        return {"weight": shape[:1], "bias": shape[:1]}
    if layer == "layer_norm":
        return dict.fromkeys(("weight", "bias"), attributes["normalized_shape"])
    if layer == "rms_norm":
        return {"weight": attributes["normalized_shape"]}
    if layer == "embedding":
        return {"weight": shape}
    return {}


def initial(
    layer: str, shapes: Mapping[str, Shape], generator: np.random.Generator, initialisation: str
) -> dict[str, Array]:
    """Draw the parameters of a layer: as PyTorch does by default, or weights as He and others did and biases 0."""
    if layer.endswith("_norm"):
        return {name: (np.ones if name == "weight" else np.zeros)(shape) for name, shape in shapes.items()}
    if layer == "embedding":
        return {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    # conv_transpose2d too: PyTorch counts the second axis of its weight as the inputs
    fan_in = math.prod(shapes["weight"][1:])
    if initialisation == "he":
        weight = generator.standard_normal(shapes["weight"]) * math.sqrt(2 / fan_in)
        return {"weight": weight} | {name: np.zeros(shape) for name, shape in shapes.items() if name != "weight"}
    # PyTorch's kaiming_uniform with a = sqrt(5) has the bound sqrt(6 / ((1 + a^2) * fan_in)), which is
    # 1/sqrt(fan_in), and so is its bound for the bias
    bound = 1 / math.sqrt(fan_in)
    return {name: generator.uniform(-bound, bound, shape) for name, shape in shapes.items()}


def statistics(layer: str, shape: Shape) -> dict[str, Array]:
    """The running statistics that a layer begins with."""
    if layer != "batch_norm":
        return {}
    return {"running_mean": np.zeros(shape[:1]), "running_var": np.ones(shape[:1])}
