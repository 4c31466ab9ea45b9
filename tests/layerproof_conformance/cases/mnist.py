"""Cases from real digits: what layers receive when MNIST flows through small networks of fixed seeds, forward and back.

Most pixels are 0 and most 2x2 windows hold a tied maximum: such arrays catch what random numbers cannot.
"""

import functools
from collections import Counter
from typing import Any

import numpy as np

from layerproof_conformance.cases.digits import test_set
from layerproof_conformance.cases.networks import NETWORKS, Recorder

SAMPLES = 4
GRADIENT = 0.75
"""The gradient of each network's loss; with 1, a cross_entropy that ignores its grad_output would pass."""


def captured(layer: str) -> dict[str, dict[str, Any]]:
    """The float64 arguments and the grad_output that a layer receives in the networks, by the name of the place.

    The name says the network, the layer and which of the network's layers of this kind it is, as in
    ``lenet_conv2d_2``: it stays the same when other layers come into the network.
    """
    return _captured().get(layer, {})


def digit_of(name: str, sample: int) -> int:
    """Which of the test images is a sample of the case that ``captured`` has by this name."""
    return list(NETWORKS).index(name.partition("_")[0]) * SAMPLES + sample


@functools.cache
def _captured() -> dict[str, dict[str, dict[str, Any]]]:
    import torch

    images, labels = test_set()
    by_layer: dict[str, dict[str, dict[str, Any]]] = {}
    for number, (network_name, network) in enumerate(NETWORKS.items()):
        chosen = slice(number * SAMPLES, (number + 1) * SAMPLES)
        recorder = Recorder(seed=number)
        pixels = torch.from_numpy(images[chosen, None].astype(np.float64) / 255.0).requires_grad_()
        network(recorder, pixels, torch.from_numpy(labels[chosen].astype(np.int64))).backward(
            torch.tensor(GRADIENT, dtype=torch.float64)
        )
        occurrences: Counter[str] = Counter()
        for layer, arguments, grad_output in recorder.calls():
            occurrences[layer] += 1
            place = f"{network_name}_{layer}_{occurrences[layer]}"
            by_layer.setdefault(layer, {})[place] = {**arguments, "grad_output": grad_output}
    return by_layer
