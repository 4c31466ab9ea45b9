"""The tester tested: broken plugins are caught. One in sixteen in the default run, all of them in the slow one."""

import zlib
from pathlib import Path

import pytest
from kill_rate import BROKEN, outcome, plugins

ONE_IN = 16


def parameters() -> list[object]:
    chosen = []
    for path in plugins(BROKEN):
        name = f"{path.parent.name}-{path.stem}"
        slow = zlib.crc32(name.encode()) % ONE_IN != 0
        chosen.append(pytest.param(path, id=name, marks=[pytest.mark.slow] if slow else []))
    return chosen


@pytest.mark.parametrize("path", parameters())
def test_a_broken_plugin_does_not_conform(path: Path) -> None:
    found = outcome(path, "standard", seed=0)
    assert not found.conforms, f"{path.name} passed {found.cases} cases"
