"""The networks that can be trained by name, as data: functions that give a list of layers for a number of filters."""

from collections.abc import Callable
from typing import Any

Model = Callable[[int], list[Any]]
"""Called with the number of filters of the first layer; gives layers as ``layerproof_train.Layers`` describes them."""

POOL = {"layer": "max_pool2d", "kernel_size": 2}


def seed(filters: int) -> list[Any]:
    """One convolution, and the least that makes a classifier of it."""
    return [_conv2d(filters, 3), "relu", POOL, "flatten", _linear("classes")]


def lenet(filters: int) -> list[Any]:
    """LeNet-5, with relu, maximum pools and, by default, a few more filters."""
    return [
        *(_conv2d(filters, 5, padding=2), "relu", POOL),
        *(_conv2d(2 * filters, 5), "relu", POOL),
        *("flatten", _linear(120), "relu", _linear(84), "relu", _linear("classes")),
    ]


def deep(filters: int) -> list[Any]:
    """Two convolutions without a pool between them, and a wide linear layer: slow and good."""
    return [
        *(_conv2d(filters, 3), "relu", _conv2d(2 * filters, 3), "relu", POOL),
        *("flatten", _linear(4 * filters), "relu", _linear("classes")),
    ]


def cnn(filters: int) -> list[Any]:
    """The accurate one: six convolutions, each normalised over the batch, and dropout."""

    def pair(outputs: int) -> list[Any]:
        return [_conv2d(outputs, 3, padding=1, bias=False), "batch_norm", "relu"] * 2

    return [
        *(*pair(filters), POOL),
        *(*pair(2 * filters), POOL),
        *(*pair(4 * filters), POOL),
        *("flatten", {"layer": "dropout", "p": 0.3}, _linear("classes")),
    ]


def attention(filters: int) -> list[Any]:
    """A small transformer that reads an image row by row."""
    attention_block = [
        *("layer_norm", _linear(3 * filters), {"layer": "scaled_dot_product_attention", "heads": 4}),
        _linear(filters),
    ]
    mlp_block = ["layer_norm", _linear(2 * filters), {"layer": "gelu", "approximate": "tanh"}, _linear(filters)]
    return [
        *({"layer": "flatten", "end_dim": 2}, _linear(filters), "embedding"),
        *({"residual": attention_block}, {"residual": mlp_block}) * 2,
        *("layer_norm", "flatten", _linear("classes")),
    ]


def _conv2d(outputs: int, kernel_size: int, padding: int = 0, bias: bool = True) -> dict[str, Any]:
    return {"layer": "conv2d", "outputs": outputs, "kernel_size": kernel_size, "padding": padding, "bias": bias}


def _linear(outputs: int | str) -> dict[str, Any]:
    return {"layer": "linear", "outputs": outputs}


MODELS: dict[str, Model] = {"seed": seed, "lenet": lenet, "deep": deep, "cnn": cnn, "attention": attention}
FILTERS = {"seed": 4, "lenet": 8, "deep": 32, "cnn": 16, "attention": 64}
"""The filters of the first layer of each model, unless the user says otherwise."""
