"""Plugins that are right by the contract, however unusual, conform: the judge accuses none of them.

One in three in the default run, all of them, and at level standard, in the slow one.
"""

import zlib
from pathlib import Path

import pytest

from layerproof import load_plugin
from layerproof_conformance import Run, check

UNUSUAL = sorted((Path(__file__).parent / "unusual_plugins").glob("[!_]*.py"))
FAST = [path for path in UNUSUAL if path.stem.startswith(("conv2d_fft", "conv2d_winograd"))]

ONE_IN = 3

each_plugin = pytest.mark.parametrize("path", UNUSUAL, ids=lambda path: path.stem)


def accusations(run: Run) -> str:
    """Nothing, or what the judge holds against the plugin and how to repeat it."""
    if run.verdict == "conforms":
        return ""
    told = [f"{one.status} {one.check}: {one.message}\n    {one.repeat}" for one in run.failures]
    return "\n".join([f"{run.verdict}, seed {run.seed}", *told[:5]])


@each_plugin
def test_an_unusual_plugin_says_what_is_unusual(path: Path) -> None:
    plugin = load_plugin(str(path))
    assert len(plugin.layers) == 1
    assert path.stem.startswith(plugin.layers[0])
    assert plugin.module.UNUSUAL
    assert plugin.module.__doc__


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if zlib.crc32(path.stem.encode()) % ONE_IN else [])
        for path in UNUSUAL
    ],
)
def test_an_unusual_plugin_conforms(path: Path) -> None:
    assert not accusations(check(str(path), level="quick", jobs=1))


@pytest.mark.slow
@each_plugin
def test_an_unusual_plugin_conforms_at_standard(path: Path) -> None:
    assert not accusations(check(str(path), level="standard", jobs=1))


@pytest.mark.slow
@pytest.mark.parametrize("path", FAST, ids=lambda path: path.stem)
def test_fast_convolutions_conform_within_the_bound_of_norms(path: Path) -> None:
    assert FAST
    accuracy = check(str(path), level="standard", jobs=1).layers["conv2d"].accuracy
    assert accuracy is not None
    assert accuracy.normwise > 0
