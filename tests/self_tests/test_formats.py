"""The forms that other programs read: JUnit, GitHub, Gradescope, badges."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from layerproof_conformance.report.formats import to_badge, to_github, to_gradescope
from layerproof_conformance.report.junit import to_junit
from layerproof_conformance.types.run_document import Diagnosis

LAYERPROOF = str(Path(sys.executable).with_name("layerproof"))


def test_github_has_one_annotation_for_each_wrong_layer(wrong_run):
    error, notice = to_github(wrong_run).decode().split("\n")
    head, _, message = error.removeprefix("::").partition("::")
    assert head.startswith("error title=max_pool2d does not conform,file=/")
    assert head.endswith("my_layers.py")
    assert "It behaves as if: the gradient goes in full to all tied maxima%0A" in message
    assert "repeat: layerproof check " in message
    assert notice.startswith("::notice title=LayerProof::")
    assert "does not conform at level quick" in notice


def test_github_commands_cannot_be_injected(wrong_run):
    hostile = "x\n::set-output name=a::b\r\n::error::c%0A"
    pool = msgspec.structs.replace(wrong_run.layers["max_pool2d"], diagnosis=[Diagnosis(hostile, 2)])
    plugin = msgspec.structs.replace(wrong_run.plugin, name=f"{hostile},title=a:b.py")
    run = msgspec.structs.replace(wrong_run, plugin=plugin, layers={"max_pool2d": pool})
    lines = to_github(run).decode().splitlines()
    assert [line.split()[0] for line in lines] == ["::error", "::notice"]
    head = lines[0].removeprefix("::").split("::")[0]
    assert head.count(",") == 1
    assert "%253A" not in head
    assert "c%250A" in lines[0]


def test_gradescope_gives_points_by_layer(wrong_run, right_run):
    tests = {test["name"]: test for test in json.loads(to_gradescope(wrong_run))["tests"]}
    assert (tests["relu"]["score"], tests["relu"]["max_score"], tests["relu"]["status"]) == (10, 10, "passed")
    assert 0 < tests["max_pool2d"]["score"] <= 5
    assert tests["max_pool2d"]["status"] == "failed"
    assert "It behaves as if" in tests["max_pool2d"]["output"]
    assert all(test["score"] == 10 for test in json.loads(to_gradescope(right_run))["tests"])


def test_the_badge(wrong_run, right_run):
    right, wrong = json.loads(to_badge(right_run)), json.loads(to_badge(wrong_run))
    assert right == {"schemaVersion": 1, "label": "layerproof", "message": "2 layers conform", "color": "brightgreen"}
    assert (wrong["message"], wrong["color"]) == ("1 of 2 layers conforms", "red")


def test_junit_names_every_case_once(wrong_run):
    root = ElementTree.fromstring(to_junit(wrong_run))
    for suite in root.iter("testsuite"):
        layer = wrong_run.layers[suite.get("name")]
        names = [case.get("name") for case in suite.iter("testcase")]
        assert sorted(names) == sorted(case.id for case in layer.cases)
        assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped")) == layer.declined
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures")) == layer.failed


SCHEMA = {
    "testsuites": ({"name"}, {"tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"skipped", "time", "timestamp", "hostname", "id", "package", "file", "log", "url", "version", "group"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name"}, {"classname", "time", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "skipped": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "failure": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
"""What Jenkins' schema of JUnit results allows: attributes that must be there, that may be, and children."""


def test_junit_follows_the_common_schema(wrong_run, right_run):
    hostile = "\x00\x1b[31m\ud800<&]]>"
    failures = [msgspec.structs.replace(one, message=hostile, check=hostile) for one in wrong_run.failures]
    plugin = msgspec.structs.replace(wrong_run.plugin, name=hostile)
    for run in (wrong_run, right_run, msgspec.structs.replace(wrong_run, plugin=plugin, failures=failures)):
        root = ElementTree.fromstring(to_junit(run))
        assert root.tag == "testsuites"
        for element in root.iter():
            must, may, children = SCHEMA[element.tag]
            assert must <= set(element.keys()) <= must | may
            assert {child.tag for child in element} <= children
            assert all(
                re.fullmatch(r"\d+", element.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
            )
            assert re.fullmatch(r"\d+\.\d{3}", element.get("time", "0.000"))
        for count in ("tests", "failures", "errors"):
            assert int(root.get(count)) == sum(int(suite.get(count)) for suite in root)


def test_junit_says_what_a_layer_behaves_as(wrong_run):
    root = ElementTree.fromstring(to_junit(wrong_run))
    said = {suite.get("name"): suite.findtext("system-out") for suite in root}
    assert said["relu"] is None
    assert said["max_pool2d"].startswith("It behaves as if: the gradient goes in full to all tied maxima (")


def test_check_writes_them_to_standard_output(ties_file):
    command = [
        LAYERPROOF,
        "check",
        ties_file,
        "--layer",
        "relu",
        "--level",
        "quick",
        "--jobs",
        "1",
        "--format",
        "badge",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert json.loads(done.stdout)["message"] == "1 layer conforms"
    assert "conforms" in done.stderr


@pytest.mark.parametrize("output_format", ["text", "html", "junit", "github", "gradescope", "badge"])
def test_report_writes_each(tmp_path, wrong_run, output_format):
    pytest.importorskip("jinja2", reason="needs the extra report")
    run, output = tmp_path / "run.json", tmp_path / "out"
    run.write_bytes(wrong_run.to_json())
    command = [LAYERPROOF, "report", run, "--format", output_format]
    shown = subprocess.run(command, capture_output=True, timeout=60)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert subprocess.run([*command, "-o", output], capture_output=True, timeout=60).stdout == b""
    assert output.read_bytes().strip() == shown.stdout.strip()


def test_a_submission_that_cannot_be_loaded_gets_results_too(tmp_path):
    submission = tmp_path / "submission.py"
    submission.write_text("import nothing_like_it\n")
    command = [LAYERPROOF, "check", submission, "--format", "gradescope"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    results = json.loads(done.stdout)
    assert results["score"] == 0
    assert "nothing_like_it" in results["output"]


def test_the_speed_of_a_benchmark_joins_the_run(tmp_path, right_run):
    run, bench, output = tmp_path / "run.json", tmp_path / "bench.json", tmp_path / "out.json"
    run.write_bytes(right_run.to_json())
    measured = [
        LAYERPROOF,
        "bench",
        "reference",
        "--layer",
        "relu",
        "--rounds",
        "1",
        "--batch-size",
        "2",
        "--json",
        bench,
    ]
    assert subprocess.run(measured, capture_output=True, timeout=240).returncode == 0
    joined = [LAYERPROOF, "report", run, "--bench", bench, "--format", "json", "-o", output]
    assert subprocess.run(joined, capture_output=True, timeout=60).returncode == 0
    layers = json.loads(output.read_text())["layers"]
    assert layers["relu"]["speed"]["forward"] > 0
    assert layers["conv2d"]["speed"] is None
    foreign = tmp_path / "foreign.json"
    foreign.write_bytes(bench.read_bytes().replace(b'"reference"', b'"other"'))
    for file, said in ((foreign, b"measures no layer of plugin reference"), (run, b"is no benchmark")):
        done = subprocess.run([LAYERPROOF, "report", run, "--bench", file], capture_output=True, timeout=60)
        assert done.returncode == 2
        assert said in done.stderr
