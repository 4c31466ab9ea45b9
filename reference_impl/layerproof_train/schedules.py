"""How the learning rate changes in the course of a training run."""

import math

SCHEDULES = ("constant", "linear", "cosine")


def scaled(schedule: str, learning_rate: float, step: int, steps: int) -> float:
    """The learning rate of a step, counted from 0, out of so many: from the full rate down towards 0."""
    done = step / steps
    if schedule == "linear":
        return learning_rate * (1 - done)
    if schedule == "cosine":
        return learning_rate * (1 + math.cos(math.pi * done)) / 2
    return learning_rate
