"""A network of the benchmark in PyTorch, as one would write it there."""

from collections.abc import Sequence
from typing import Any

import torch

from layerproof import LayerProofError
from layerproof.chain import ChainLayer


class Residuals(torch.nn.Sequential):
    """Modules in order, with branches around some of them."""

    def __init__(self, chain: Sequence[ChainLayer]) -> None:
        super().__init__(*map(module, chain))
        self._ends = [(place.opens, place.closes) for place in chain]

    def forward(self, x: Any) -> Any:
        """Run them."""
        branches: list[Any] = []
        for step, (opens, closes) in zip(self, self._ends, strict=True):
            branches += [x] * opens
            x = step(x)
            for _ in range(closes):
                x = x + branches.pop()
        return x


class Attention(torch.nn.Module):
    """Query, key and value of all heads beside each other in a row."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self._heads = heads

    def forward(self, x: Any) -> Any:
        """Attend."""
        N, L, width = x.shape
        query, key, value = x.view(N, L, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        output = torch.nn.functional.scaled_dot_product_attention(query, key, value)
        return output.transpose(1, 2).reshape(N, L, width // 3)


class Positions(torch.nn.Embedding):
    """A trained row for each position, added to a sequence."""

    def forward(self, x: Any) -> Any:
        """Add it."""
        return x + super().forward(torch.arange(x.shape[1]))


class Kept(torch.nn.Module):
    """A dropout whose mask is known."""

    def __init__(self, mask: Any, p: float) -> None:
        super().__init__()
        self._factor = mask / (1 - p)

    def forward(self, x: Any) -> Any:
        """Drop."""
        return x * self._factor


def network(chain: Sequence[ChainLayer]) -> Any:
    """The network; raises LayerProofError for a layer that there is no module for."""
    if any(place.opens for place in chain):
        return Residuals(chain)
    return torch.nn.Sequential(*map(module, chain))


def module(place: ChainLayer) -> Any:
    """The module of a layer."""
    nn: Any = torch.nn
    attributes, has_bias = place.attributes, "bias" in place.parameters
    if place.layer == "conv2d":
        outputs, channels, *kernel = place.parameters["weight"]
        return nn.Conv2d(channels * attributes["groups"], outputs, kernel, bias=has_bias, **attributes)
    if place.layer == "linear":
        outputs, width = place.parameters["weight"]
        return nn.Linear(width, outputs, bias=has_bias)
    if place.layer == "batch_norm":
        return nn.BatchNorm2d(*place.parameters["weight"], **attributes)
    if place.layer == "scaled_dot_product_attention":
        return Attention(place.heads)
    if place.layer == "embedding":
        positions, width = place.parameters["weight"]
        return Positions(positions, width)
    others: dict[str, Any] = {
        "relu": nn.ReLU, "max_pool2d": nn.MaxPool2d, "flatten": nn.Flatten, "dropout": nn.Dropout, "gelu": nn.GELU,
        "layer_norm": nn.LayerNorm,
    }  # fmt: skip
    if place.layer not in others:
        raise LayerProofError(f"{place.layer} has no place in the benchmark's networks in PyTorch")
    return others[place.layer](**attributes)
