"""The values that the parameters of a layer begin with."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof.chain.parameters import initial_constant
from layerproof.layer import Layer
from layerproof.roles import Role
from layerproof.shapes import Shape

Array = NDArray[Any]


def initial_parameters(
    layer: Layer, shapes: Mapping[str, Shape], generator: np.random.Generator, initialisation: str
) -> dict[str, Array]:
    """Draw the parameters of a layer: as PyTorch does by default, or weights as He et al. did and biases 0."""
    if not shapes:
        return {}
    constants = {name: initial_constant(layer, name) for name in shapes}
    if None not in constants.values():
        return {name: np.full(shape, constants[name]) for name, shape in shapes.items()}
    if any(argument.role is Role.INDEX for argument in layer.roles.values()):
        # a table whose rows are looked up has no sum whose variance the number of inputs would decide
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
