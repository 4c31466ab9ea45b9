"""The same stem everywhere: a layer that is asked is answered and judged."""

import pkgutil

import layerproof.layers
import layerproof_conformance.layers
import layerproof_reference
from layerproof import find_layers


def stems(package):
    return {module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_")}


def test_specification_reference_and_judge_have_the_same_layers():
    asked = stems(layerproof.layers)
    assert asked
    assert stems(layerproof_reference) == asked
    assert stems(layerproof_conformance.layers) == asked


def test_every_hook_says_where_its_semantics_come_from():
    for name, layer in find_layers().items():
        contract = layer.contract()
        assert "https://docs.pytorch.org/" in contract, name
        for argument in layer.arguments:
            assert argument in contract, (name, argument)
