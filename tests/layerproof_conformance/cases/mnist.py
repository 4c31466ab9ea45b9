"""Cases from real digits: what layers receive when MNIST flows through small networks of fixed seeds, forward and back.

Most pixels are 0 and most 2x2 windows hold a tied maximum: such arrays catch what random numbers cannot.
"""

import functools
from typing import Any

import numpy as np

from layerproof_conformance.cases.digits import test_set
from layerproof_conformance.cases.networks import NETWORKS, Recorder

SAMPLES = 4


def captured(layer: str) -> dict[str, dict[str, Any]]:
    """By name, the float64 arguments and the grad_output that a layer receives somewhere in the networks."""
    return {name: arguments for found, name, arguments in _all_captured() if found == layer}


def digit_of(name: str, sample: int) -> int:
    """Which of the test images is a sample of the case that ``captured`` has by this name."""
    return list(NETWORKS).index(name.rpartition("_")[0]) * SAMPLES + sample


@functools.cache
def _all_captured() -> tuple[tuple[str, str, dict[str, Any]], ...]:
    import torch

    images, labels = test_set()
    found: list[tuple[str, str, dict[str, Any]]] = []
    for number, (network_name, network) in enumerate(NETWORKS.items()):
        chosen = slice(number * SAMPLES, (number + 1) * SAMPLES)
        recorder = Recorder(seed=number)
        pixels = torch.from_numpy(images[chosen, None].astype(np.float64) / 255.0).requires_grad_()
        network(recorder, pixels, torch.from_numpy(labels[chosen].astype(np.int64))).backward()
        for position, (layer, arguments, grad_output) in enumerate(recorder.calls()):
            found.append((layer, f"{network_name}_{position}", {**arguments, "grad_output": grad_output}))
    return tuple(found)
