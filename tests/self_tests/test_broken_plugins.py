"""The tester tested: broken plugins are caught. One in thirty-two by default, and a tenth of the others in turn."""

from pathlib import Path

import pytest
from kill_rate import BROKEN, outcome, plugins
from sampling import is_sampled

ONE_IN = 32


def parameters() -> list[object]:
    chosen = []
    for path in plugins(BROKEN):
        name = f"{path.parent.name}-{path.stem}"
        marks = [] if is_sampled(name, ONE_IN) else [pytest.mark.slow]
        chosen.append(pytest.param(path, id=name, marks=marks))
    return chosen


@pytest.mark.parametrize("path", parameters())
def test_a_broken_plugin_does_not_conform(path: Path) -> None:
    judged = outcome(path, "standard", seed=0)
    assert not judged.conforms, f"{path.name} passed {judged.cases} cases"
