"""How the learning rate changes in the course of a training run."""

import math

RISING = 0.3
"""The share of a cycle in which the rate rises; this and the next two are PyTorch's defaults of OneCycleLR."""
LOWEST_FIRST, LOWEST_LAST = 1 / 25, 1 / 25e4


def scaled(schedule: str, learning_rate: float, step: int, steps: int) -> float:
    """The learning rate of a step, counted from 0, out of so many: from the full rate down towards 0.

    ``one-cycle`` rises to the full rate first, as torch.optim.lr_scheduler.OneCycleLR does.
    """
    done = step / steps
    if schedule == "linear":
        return learning_rate * (1 - done)
    if schedule == "cosine":
        return learning_rate * (1 + math.cos(math.pi * done)) / 2
    if schedule == "one-cycle":
        return learning_rate * _cycle(step, steps)
    return learning_rate


def _cycle(step: int, steps: int) -> float:
    top = RISING * steps - 1
    if step <= top:
        return _bent(LOWEST_FIRST, 1.0, step / top if top else 1.0)
    return _bent(1.0, LOWEST_LAST, (step - top) / (steps - 1 - top))


def _bent(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2
