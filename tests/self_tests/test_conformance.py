"""Every shipped plugin conforms, case by case."""

import importlib.util

import pytest

from layerproof_conformance.pytest import conformance_test

test_reference = conformance_test("reference", level="quick")
test_torch = conformance_test("torch", level="quick")
test_loops = conformance_test("loops", level="quick")
if importlib.util.find_spec("numba"):
    test_numba = conformance_test("numba", level="quick")
else:

    @pytest.mark.skip(reason="numba is not installed: pip install 'layerproof[numba]'")
    def test_numba():
        pass
