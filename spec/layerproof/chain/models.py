"""The networks that have a name, as data: functions that give a list of layers for a number of filters."""

from collections.abc import Callable
from typing import Any

Model = Callable[[int], list[Any]]
"""Called with the number of filters of the first layer; gives layers as ``Layers`` describes them."""

POOL = {"layer": "max_pool2d", "kernel_size": 2}


def conv2d(outputs: int, kernel_size: int, padding: int = 0, bias: bool = True) -> dict[str, Any]:
    """The table of a convolution with square windows."""
    return {"layer": "conv2d", "outputs": outputs, "kernel_size": kernel_size, "padding": padding, "bias": bias}


def linear(outputs: int | str) -> dict[str, Any]:
    """The table of a linear layer; "classes" is the number of classes."""
    return {"layer": "linear", "outputs": outputs}


def seed(filters: int) -> list[Any]:
    """One convolution, and the least that makes a classifier of it."""
    return [conv2d(filters, 3), "relu", POOL, "flatten", linear("classes")]


def lenet(filters: int) -> list[Any]:
    """LeNet-5, with relu, maximum pools and, by default, a few more filters."""
    return [
        *(conv2d(filters, 5, padding=2), "relu", POOL),
        *(conv2d(2 * filters, 5), "relu", POOL),
        *("flatten", linear(120), "relu", linear(84), "relu", linear("classes")),
    ]


def deep(filters: int) -> list[Any]:
    """Two convolutions without a pool between them, and a wide linear layer: slow and good."""
    return [
        *(conv2d(filters, 3), "relu", conv2d(2 * filters, 3), "relu", POOL),
        *("flatten", linear(4 * filters), "relu", linear("classes")),
    ]


def cnn(filters: int) -> list[Any]:
    """The accurate one: six convolutions, each normalised over the batch, and dropout."""

    def pair(outputs: int) -> list[Any]:
        return [conv2d(outputs, 3, padding=1, bias=False), "batch_norm", "relu"] * 2

    return [
        *(*pair(filters), POOL),
        *(*pair(2 * filters), POOL),
        *(*pair(4 * filters), POOL),
        *("flatten", {"layer": "dropout", "p": 0.3}, linear("classes")),
    ]


def attention(filters: int) -> list[Any]:
    """A small transformer that reads an image row by row."""
    attention_block = [
        *("layer_norm", linear(3 * filters), {"layer": "scaled_dot_product_attention", "heads": 4}),
        linear(filters),
    ]
    mlp_block = ["layer_norm", linear(2 * filters), {"layer": "gelu", "approximate": "tanh"}, linear(filters)]
    return [
        *({"layer": "flatten", "end_dim": 2}, linear(filters), "embedding"),
        *({"residual": attention_block}, {"residual": mlp_block}) * 2,
        *("layer_norm", "flatten", linear("classes")),
    ]


MODELS: dict[str, Model] = {"seed": seed, "lenet": lenet, "deep": deep, "cnn": cnn, "attention": attention}
FILTERS = {"seed": 4, "lenet": 8, "deep": 32, "cnn": 16, "attention": 64}
"""The filters of the first layer of each model, unless the user says otherwise."""
