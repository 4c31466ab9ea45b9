"""Let contestants take turns, so that a machine that grows slower does so for all, and measure how steady it was."""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layerproof_conformance.benchmark.processes import ContestantProcess

TURN = 0.01
"""Seconds for which a contestant is timed in one turn."""
MOST_CALLS = 200
REST = 0.025
"""Seconds between two turns: the threads of a pool spin for a while before they sleep, and would slow the next one."""
STEADY = 0.25
"""The largest distance of the quartiles of the ratios of single rounds, as a share of the median ratio."""


@dataclass(frozen=True)
class Timing:
    """The median seconds of a contestant, and their ratio to the median of PyTorch, with quartiles over the rounds."""

    seconds: float
    ratio: float
    low: float
    high: float

    @property
    def noisy(self) -> bool:
        """Whether the rounds disagree."""
        return self.high - self.low > STEADY * self.ratio


def take_turns(
    what: str, contestants: Mapping[str, ContestantProcess], pytorch: ContestantProcess, rounds: int
) -> dict[str, Timing]:
    """Time one call of all contestants, in rounds; each round begins with another contestant."""
    everyone = {"": pytorch, **contestants}
    calls = {name: _calls(contestant, what) for name, contestant in everyone.items()}
    medians: dict[str, list[float]] = {name: [] for name in everyone}
    names = list(everyone)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            time.sleep(REST)
            seconds = everyone[name].request("time", what, calls[name])
            medians[name].append(statistics.median(seconds))
    return {name: _timing(medians[name], medians[""]) for name in contestants}


def _calls(contestant: ContestantProcess, what: str) -> int:
    """How many calls fill a turn."""
    once: float = min(contestant.request("time", what, 3))  # a call that waits for a core must not decide
    filling = round(TURN / max(once, 1e-7))
    return max(2, min(MOST_CALLS, filling))


def _timing(contestant: Sequence[float], pytorch: Sequence[float]) -> Timing:
    ratios = [seconds / reference for seconds, reference in zip(contestant, pytorch, strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else (ratios[0],) * 3
    median = statistics.median(contestant)
    return Timing(median, median / statistics.median(pytorch), low, high)
