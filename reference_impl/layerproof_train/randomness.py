"""Random numbers that depend on the seed and on where in a run they are asked for, and on nothing before.

So a run that is taken up again needs no state of a generator: it draws what it would have drawn.
"""

from typing import Literal

import numpy as np

Purpose = Literal["parameters", "order", "augmentation", "dropout"]
_NUMBERS: dict[Purpose, int] = {"parameters": 0, "order": 1, "augmentation": 2, "dropout": 3}


def generator(seed: int, purpose: Purpose, position: int = 0) -> np.random.Generator:
    """The generator of one purpose at one epoch or step of the run with this seed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_NUMBERS[purpose], position))
    return np.random.Generator(np.random.PCG64(sequence))
