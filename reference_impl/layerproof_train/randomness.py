"""Random numbers that depend only on the seed, their purpose, and the step or epoch of the run.

A run that is continued therefore needs no stored state of a generator to draw the same numbers.
"""

from typing import Literal

import numpy as np

Purpose = Literal["parameters", "order", "augmentation", "dropout"]
_NUMBERS: dict[Purpose, int] = {"parameters": 0, "order": 1, "augmentation": 2, "dropout": 3}


def generator(seed: int, purpose: Purpose, position: int = 0) -> np.random.Generator:
    """The generator of one purpose at one epoch or step of the run with this seed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_NUMBERS[purpose], position))
    return np.random.Generator(np.random.PCG64(sequence))
