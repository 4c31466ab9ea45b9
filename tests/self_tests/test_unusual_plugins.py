"""Plugins that are right by the contract, however unusual, conform: the judge accuses none of them.

In the default run one in three, and a tenth of the others in turn; all of them, and at level standard, in the slow one.
"""

from pathlib import Path

import pytest
from sampling import is_sampled

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
    failures = [f"{case.status} {case.check}: {case.message}\n    {case.repeat}" for case in run.failures]
    return "\n".join([f"{run.verdict}, seed {run.seed}", *failures[:5]])


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
        pytest.param(path, id=path.stem, marks=[] if is_sampled(path.stem, ONE_IN) else [pytest.mark.slow])
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
