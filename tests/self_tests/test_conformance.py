"""Every shipped plugin conforms: a test for each layer of each."""

import importlib.util

import pytest

from layerproof import load_plugin
from layerproof_conformance.pytest import planned_cases, run_case

PLUGINS = [
    name for name in ("reference", "torch", "loops", "numba") if name != "numba" or importlib.util.find_spec(name)
]


@pytest.mark.parametrize(
    ("plugin", "layer"), [(plugin, layer) for plugin in PLUGINS for layer in load_plugin(plugin).layers]
)
def test_a_shipped_plugin_conforms(plugin: str, layer: str) -> None:
    cases = planned_cases(plugin, [layer], level="quick", seed=0)
    failures, declined = {}, 0
    for case in cases:
        try:
            run_case(plugin, case)
        except pytest.skip.Exception:
            declined += 1
        except pytest.fail.Exception as failure:
            failures[case.id] = str(failure)
    assert failures == {}
    assert declined < len(cases)
