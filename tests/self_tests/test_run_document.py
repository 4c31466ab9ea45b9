"""The run document: its published schema, and that what a run writes fits it."""

import json
from importlib import resources

import jsonschema
import numpy as np
import pytest

import layerproof_conformance
from layerproof_conformance.types.run_document import Run, RunError, json_schema, read_run


@pytest.fixture(scope="module")
def schema():
    return json.loads((resources.files("layerproof_conformance") / "run.schema.json").read_bytes())


def test_the_published_schema_is_that_of_the_code(schema):
    assert schema == json.loads(json_schema()), (
        "regenerate it: python -c 'from layerproof_conformance.types.run_document import *; "
        'print(json_schema().decode(), end="")\' > tests/layerproof_conformance/run.schema.json'
    )


def test_the_schema_is_one(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ["wrong", "right"])
def test_every_run_validates_and_is_read_back(name, schema, request):
    run = request.getfixturevalue(f"{name}_run")
    jsonschema.validate(json.loads(run.to_json()), schema)
    assert Run.from_json(run.to_json()).to_json() == run.to_json()


def test_every_judged_case_is_in_the_document(wrong_run):
    for layer in wrong_run.layers.values():
        assert len(layer.cases) == layer.planned
        assert sum(case.status == "passed" for case in layer.cases) == layer.passed
        passed = [case.ratio for case in layer.cases if case.status == "passed"]
        assert layer.accuracy is None or max(passed) == pytest.approx(layer.accuracy.bounds, rel=1e-3)


def test_failures_on_digits_are_mapped(wrong_run):
    (one,) = wrong_run.layers["max_pool2d"].error_maps
    assert one.result == "grad_x"
    assert 0 <= one.digit < 10_000
    assert len(one.difference) == len(one.expected) >= 4
    assert any(value != 0 for row in one.difference for value in row)
    assert any(case.id == one.case and case.status == "failed" for case in wrong_run.layers["max_pool2d"].cases)


REMEMBERS = """
import numpy as np
from layerproof import hookimpl

_results = {}

@hookimpl
def relu_forward(x):
    return _results.setdefault((x.shape, x.dtype), np.maximum(x, 0)).copy(), x > 0

@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output * saved,)
"""


def test_the_call_that_goes_wrong_is_shown_not_the_first_one(tmp_path):
    plugin = tmp_path / "remembers.py"
    plugin.write_text(REMEMBERS)
    run = layerproof_conformance.check(str(plugin), layers=["relu"], level="quick", seed=1, jobs=1)
    failure = next(one for one in run.failures if one.check == "same shapes, other values" and one.minimal_case)
    values = failure.minimal_case.values
    assert values["expected"]["output"] == np.maximum(values["x"], 0).tolist()
    assert values["got"]["output"] != values["expected"]["output"]


MEAN = """
from layerproof import hookimpl
from layerproof_reference import linear
linear_forward = linear.linear_forward

@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    rows = grad_output.size // max(grad_output.shape[-1], 1)
    return grad_x, grad_weight, None if grad_bias is None else grad_bias / grad_bias.dtype.type(rows)
"""


def test_a_failure_is_not_made_small_until_nothing_is_left_of_it(tmp_path):
    plugin = tmp_path / "mean.py"
    plugin.write_text(MEAN)  # 0 / 0 for no rows at all
    run = layerproof_conformance.check(str(plugin), layers=["linear"], level="quick", seed=1, jobs=1)
    wrong = [failure for failure in run.failures if (failure.check, failure.result) == ("values", "grad_bias")]
    small = next(failure.minimal_case for failure in wrong if failure.minimal_case)
    assert np.size(small.values["x"]) == 2


def test_any_number_of_judges_finds_the_same():
    def judged(jobs):
        run = layerproof_conformance.check("reference", layers=["linear", "relu"], level="quick", seed=1, jobs=jobs)
        return [(case.id, case.status, case.ratio) for layer in run.layers.values() for case in layer.cases]

    assert judged(1) == judged(2)


def test_right_layers_have_no_maps(right_run):
    assert not any(layer.error_maps for layer in right_run.layers.values())


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\xff\xfe", b'{"schema": "x"}'])
def test_what_is_no_run_document_is_one_line(tmp_path, text):
    file = tmp_path / "run.json"
    file.write_bytes(text)
    with pytest.raises(RunError, match=r"is no run document"):
        read_run(file)


def test_a_document_of_another_schema_is_refused(tmp_path, right_run):
    file = tmp_path / "run.json"
    file.write_bytes(right_run.to_json().replace(b'"schema": 1', b'"schema": 99'))
    with pytest.raises(RunError, match="has schema 99, but this release reads schema 1"):
        read_run(file)


def test_check_is_the_public_way_to_a_run():
    assert layerproof_conformance.Run is Run
