"""In which order the cases are planned and judged: some ahead of the verdict that is waited for, also across layers."""

import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future

from layerproof_conformance.cases.plan import Level
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.judges import Judges
from layerproof_conformance.verdict.verdicts import Verdict

GIVE_UP = {Status.TIMEOUT: 2, Status.CRASHED: 8}
"""So many cases of a layer may end like this before the rest is taken to end the same way, without being asked."""


class Schedule:
    """The verdicts of layers, one layer after another."""

    def __init__(
        self, judges: Judges, level: Level, seed: int, unsupported_arguments: Mapping[str, Sequence[str]]
    ) -> None:
        self._judges, self._level, self._seed = judges, level, seed
        self._unsupported_arguments = unsupported_arguments
        self._ended: Counter[tuple[str, Status]] = Counter()
        self.planned: dict[str, int] = {}
        """The number of cases of each layer that has a verdict."""

    def layers(self, layers: Sequence[str]) -> Iterator[tuple[str, Iterator[Verdict]]]:
        """Each layer and its verdicts; take them all before the next layer.

        Judges in processes of their own go on with the next layer while this process explains the failures of one.
        """
        planned = self._plans(layers)
        if self._judges.cross_layers:
            verdicts = self.verdicts(itertools.chain.from_iterable(planned))
        else:
            verdicts = itertools.chain.from_iterable(map(self.verdicts, planned))
        for layer in layers:
            first = next(verdicts)  # now the layer is planned
            yield layer, itertools.chain([first], itertools.islice(verdicts, self.planned[layer] - 1))

    def verdicts(self, cases: Iterable[Case]) -> Iterator[Verdict]:
        """The verdicts of cases in order, of which a few are under way at any time."""
        under_way: deque[tuple[Future[Verdict], Case]] = deque()
        for case in cases:
            hopeless = self._hopeless(case.layer)
            if hopeless is None:
                under_way.append((self._judges.judge(case), case))
            else:
                yield from self._finished(under_way)
                yield self._without_asking(case, hopeless)
            if len(under_way) >= self._judges.ahead:
                yield self._next(under_way)
        yield from self._finished(under_way)

    def _finished(self, under_way: deque[tuple[Future[Verdict], Case]]) -> Iterator[Verdict]:
        while under_way:
            yield self._next(under_way)

    def _next(self, under_way: deque[tuple[Future[Verdict], Case]]) -> Verdict:
        future, case = under_way.popleft()
        verdict = future.result()
        self._ended[case.layer, verdict.status] += 1
        return verdict

    def _hopeless(self, layer: str) -> Status | None:
        """The status that too many cases of a layer have ended with to ask for more."""
        return next((status for status, limit in GIVE_UP.items() if self._ended[layer, status] >= limit), None)

    def _without_asking(self, case: Case, status: Status) -> Verdict:
        message = f"not asked: {self._ended[case.layer, status]} cases of this layer before it {status}"
        return Verdict(case, status, str(status), "", message)

    def _plans(self, layers: Sequence[str]) -> Iterator[list[Case]]:
        """The cases of each layer; the next layer is planned meanwhile."""
        next_plan = self._plan(layers[0])
        for layer, following in itertools.zip_longest(layers, layers[1:]):
            cases = next_plan.result()
            if not cases:
                raise RuntimeError(f"no case was planned for {layer}, and nothing passes without one")
            if following is not None:
                next_plan = self._plan(following)
            self.planned[layer] = len(cases)
            yield cases

    def _plan(self, layer: str) -> Future[list[Case]]:
        return self._judges.plan(layer, self._level, self._seed, self._unsupported_arguments[layer])
