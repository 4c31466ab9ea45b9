"""Every shipped plugin conforms, case by case."""

from layerproof_conformance.pytest import conformance_test

test_reference = conformance_test("reference", level="quick")
test_torch = conformance_test("torch", level="quick")
test_loops = conformance_test("loops", level="quick")
