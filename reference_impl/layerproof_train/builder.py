"""Put a network together from its definition, with the values that its parameters begin with."""

from typing import Any

import numpy as np

from layerproof import find_layers
from layerproof.chain import ChainError, Layers, plan_chain
from layerproof.chain.parameters import initial_statistics
from layerproof.shapes import Shape
from layerproof_train.errors import TrainingError
from layerproof_train.initialisation import initial_parameters
from layerproof_train.network import Network, Stage


def build_network(
    layers: Layers,
    input_shape: Shape,
    classes: int,
    generator: np.random.Generator,
    *,
    name: str = "of your own",
    initialisation: str = "pytorch",
    dtype: Any = np.float32,
) -> Network:
    """The network of a definition.

    Arguments:
        layers: the layers in order, see ``Layers``.
        input_shape: the shape of one image (channels, height, width).
        classes: the number of values that the network must give for an image.
        generator: draws the initial parameters.
        name: of the model, for messages.
        initialisation: ``pytorch`` (its defaults) or ``he``.
        dtype: of the parameters.

    Raises TrainingError, one line naming the layer, the shape it is given and what it needs, where layers do not fit
    together or an argument is wrong.
    """
    try:
        plan = plan_chain(layers, input_shape, classes, name=name, dtype=dtype)
    except ChainError as error:
        raise TrainingError(str(error)) from None
    shape = plan[-1].output_shape
    if shape != (classes,):
        hint = "; a `flatten` may be missing" if len(shape) > 1 else ""
        raise TrainingError(f"model {name} gives {list(shape)} for an image, but should give [{classes}]{hint}")
    stages = []
    for planned in plan:
        layer = find_layers()[planned.layer]
        drawn = initial_parameters(layer, planned.parameters, generator, initialisation)
        parameters = {name: array.astype(dtype) for name, array in drawn.items()}
        stages.append(Stage(planned, parameters, initial_statistics(layer, planned.statistics, dtype)))
    return Network(input_shape, stages, dtype)
