"""``layerproof compare``: what changed between two runs, and what counts as worse."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from layerproof_conformance.report.run_comparison import Limits, changes
from layerproof_conformance.types.run_document import Speed
from layerproof_conformance.types.status import Status

LAYERPROOF = str(Path(sys.executable).with_name("layerproof"))
replace = msgspec.structs.replace


def with_layer(run, name, **changed):
    return replace(run, layers={**run.layers, name: replace(run.layers[name], **changed)})


def worse(before, after):
    return [change for change in changes(before, after, Limits()) if change.regression]


def test_a_run_and_itself_differ_in_nothing(wrong_run, right_run):
    assert changes(wrong_run, wrong_run, Limits()) == []
    assert changes(right_run, right_run, Limits()) == []


def test_a_verdict(right_run):
    broken = with_layer(right_run, "relu", verdict="does not conform")
    (change,) = worse(right_run, broken)
    assert (change.layer, change.before, change.after) == ("relu", "conforms", "does not conform")
    (change,) = changes(broken, right_run, Limits())
    assert change.improvement
    assert not change.regression


def test_a_layer_that_is_gone_or_new(right_run):
    fewer = replace(right_run, layers={"relu": right_run.layers["relu"]})
    (change,) = worse(right_run, fewer)
    assert (change.layer, change.after) == ("conv2d", "not judged")
    assert worse(fewer, right_run) == []


def test_a_case_of_both_runs(right_run):
    cases = list(right_run.layers["relu"].cases)
    cases[3] = replace(cases[3], status=Status.DECLINED)
    (change,) = worse(right_run, with_layer(right_run, "relu", cases=cases))
    assert (change.what, change.before, change.after) == ("1 case", "passed", "declined")
    assert change.case == cases[3].id


def test_coverage_is_compared_strictly_where_the_cases_are_the_same(right_run):
    attributes = dict(right_run.layers["conv2d"].attributes)
    del attributes["groups"]
    less = with_layer(right_run, "conv2d", attributes=attributes)
    assert {change.what.split("=")[0] for change in worse(right_run, less)} == {"groups"}
    assert worse(right_run, replace(less, seed=right_run.seed + 1)) == []


@pytest.mark.parametrize(("bounds", "regressions"), [(0.9, 1), (0.41, 0), (0.05, 0)])
def test_accuracy(right_run, bounds, regressions):
    def run(bounds):
        return with_layer(right_run, "conv2d", accuracy=replace(right_run.layers["conv2d"].accuracy, bounds=bounds))

    assert len(worse(run(0.4), run(bounds))) == regressions


def test_a_wrong_layer_has_no_accuracy_to_lose(right_run):
    accuracy = right_run.layers["conv2d"].accuracy
    few_cases_passed = replace(accuracy, bounds=0.0)
    before = with_layer(right_run, "conv2d", verdict="does not conform", accuracy=few_cases_passed)
    (change,) = changes(before, with_layer(right_run, "conv2d", accuracy=replace(accuracy, bounds=0.9)), Limits())
    assert change.improvement


def test_an_exact_layer_that_is_no_longer(right_run):
    changed = replace(right_run.layers["relu"].accuracy, bounds=0.5)
    (change,) = worse(right_run, with_layer(right_run, "relu", accuracy=changed))
    assert change.before == "0"


def test_speed(right_run):
    slow, fast = (with_layer(right_run, "conv2d", speed=Speed(time, 1.0)) for time in (1.5, 0.6))
    (change,) = worse(fast, slow)
    assert (change.what, change.before, change.after) == ("forward time over PyTorch's", "0.60", "1.50")
    assert worse(slow, fast) == []
    assert worse(right_run, slow) == []


def test_the_command(tmp_path, right_run):
    before, after = tmp_path / "a.json", tmp_path / "b.json"
    before.write_bytes(right_run.to_json())
    after.write_bytes(with_layer(right_run, "relu", verdict="does not conform").to_json())

    def compare(*files):
        return subprocess.run([LAYERPROOF, "compare", *files], capture_output=True, text=True, timeout=60)

    same = compare(before, before)
    assert (same.returncode, same.stdout.strip()) == (0, "nothing changed: reference 0.1.0 → reference 0.1.0")
    done = compare(before, after)
    assert done.returncode == 1
    assert "1 regression in 1 change" in done.stdout
    assert compare(after, before).returncode == 0
    assert compare(before, __file__).returncode == 2
