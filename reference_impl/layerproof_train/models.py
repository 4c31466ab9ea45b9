"""The networks that can be trained by name: functions that add layers to a builder."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerproof_train.builder import Builder

Model = Callable[["Builder", int, int], object]
"""Called with a builder, the number of classes and the number of filters of the first layer."""


def seed(builder: "Builder", classes: int, filters: int) -> None:
    """Add one convolution, and the least that makes a classifier of it."""
    builder.conv2d(filters, (3, 3)).relu().max_pool2d((2, 2)).flatten().linear(classes)


def lenet(builder: "Builder", classes: int, filters: int) -> None:
    """Add the layers of LeNet-5, with relu, maximum pools and, by default, a few more filters."""
    builder.conv2d(filters, (5, 5), padding=(2, 2)).relu().max_pool2d((2, 2))
    builder.conv2d(2 * filters, (5, 5)).relu().max_pool2d((2, 2))
    builder.flatten().linear(120).relu().linear(84).relu().linear(classes)


def deep(builder: "Builder", classes: int, filters: int) -> None:
    """Add two convolutions without a pool between them, and a wide linear layer: slow and good."""
    builder.conv2d(filters, (3, 3)).relu().conv2d(2 * filters, (3, 3)).relu().max_pool2d((2, 2))
    builder.flatten().linear(4 * filters).relu().linear(classes)


MODELS: dict[str, Model] = {"seed": seed, "lenet": lenet, "deep": deep}
FILTERS = {"seed": 4, "lenet": 8, "deep": 32}
"""The filters of the first layer of each model, unless the user says otherwise."""
