"""A network of the benchmark in PyTorch, as one would write it there."""

from collections.abc import Sequence
from typing import Any

import torch

from layerproof import LayerProofError
from layerproof_conformance.benchmark.chain import Stage
from layerproof_conformance.benchmark.wiring import ATTENTION, EMBEDDING


class Residuals(torch.nn.Sequential):
    """Modules in order, with branches around some of them."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        super().__init__(*map(module, stages))
        self._ends = [(stage.opens, stage.closes) for stage in stages]

    def forward(self, x: Any) -> Any:
        """Run them."""
        branches: list[Any] = []
        for one, (opens, closes) in zip(self, self._ends, strict=True):
            branches += [x] * opens
            x = one(x)
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
    """What is learned of each position, added to it."""

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


def network(stages: Sequence[Stage]) -> Any:
    """All modules; raises LayerProofError for a layer that has no place in one."""
    if any(stage.opens for stage in stages):
        return Residuals(stages)
    return torch.nn.Sequential(*map(module, stages))


def module(stage: Stage) -> Any:
    """The module of a layer."""
    nn: Any = torch.nn
    attributes, has_bias = stage.attributes, "bias" in stage.parameters
    if stage.layer == "conv2d":
        outputs, channels, *kernel = stage.parameters["weight"]
        return nn.Conv2d(channels * attributes["groups"], outputs, kernel, bias=has_bias, **attributes)
    if stage.layer == "linear":
        outputs, width = stage.parameters["weight"]
        return nn.Linear(width, outputs, bias=has_bias)
    if stage.layer == "batch_norm":
        return nn.BatchNorm2d(*stage.parameters["weight"], **attributes)
    if stage.layer == ATTENTION:
        return Attention(stage.heads)
    if stage.layer == EMBEDDING:
        positions, width = stage.parameters["weight"]
        return Positions(positions, width)
    others: dict[str, Any] = {
        "relu": nn.ReLU, "max_pool2d": nn.MaxPool2d, "flatten": nn.Flatten, "dropout": nn.Dropout, "gelu": nn.GELU,
        "layer_norm": nn.LayerNorm,
    }  # fmt: skip
    if stage.layer not in others:
        raise LayerProofError(f"{stage.layer} has no place in the benchmark's networks in PyTorch")
    return others[stage.layer](**attributes)
