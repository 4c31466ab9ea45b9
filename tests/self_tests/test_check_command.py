"""``layerproof check``: exit statuses, messages, files, interruption."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from layerproof_conformance.types.run_document import Run

LAYERPROOF = [str(Path(sys.executable).with_name("layerproof"))]
TIES = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from layerproof import hookimpl

@hookimpl
def max_pool2d_forward(x, kernel_size, stride):
    windows = sliding_window_view(x, kernel_size, (2, 3))[:, :, :: stride[0], :: stride[1]]
    output = windows.max((-2, -1))
    return output, (x, output, kernel_size, stride)

@hookimpl
def max_pool2d_backward(grad_output, saved):
    x, output, (kernel_h, kernel_w), (stride_h, stride_w) = saved
    grad_x = np.zeros_like(x)
    height, width = output.shape[2:]
    for p in range(kernel_h):
        for q in range(kernel_w):
            rows = slice(p, p + stride_h * height - stride_h + 1, stride_h)
            columns = slice(q, q + stride_w * width - stride_w + 1, stride_w)
            grad_x[:, :, rows, columns] += grad_output * (x[:, :, rows, columns] == output)
    return (grad_x,)
"""


def layerproof(*arguments, **options):
    return subprocess.run([*LAYERPROOF, *arguments], capture_output=True, text=True, timeout=120, **options)


@pytest.fixture
def ties(tmp_path):
    path = tmp_path / "my_layers.py"
    path.write_text(TIES)
    return str(path)


def test_the_reference_conforms_with_status_0():
    done = layerproof("check", "reference", "--level", "quick", "--jobs", "1", "--layer", "relu", "--layer", "flatten")
    assert done.returncode == 0, done.stderr
    assert "reference conforms" in done.stdout
    assert done.stderr == ""


def test_one_wrong_line_is_told_where_what_and_how_to_repeat_it(ties):
    done = layerproof("check", ties, "--level", "quick", "--seed", "3", env={**os.environ, "COLUMNS": "300"})
    assert done.returncode == 1, done.stderr
    assert "does not conform" in done.stdout
    assert "It behaves as if: the gradient goes in full to all tied maxima" in done.stdout
    assert "grad_x[" in done.stdout
    assert "but should be 0 " in done.stdout
    repeat = next(line for line in done.stdout.splitlines() if "repeat: " in line).partition("repeat: ")[2].split()
    again = layerproof(*repeat[1:])
    assert again.returncode == 1
    assert "1 of 1 case fails" in again.stdout


def test_json_to_standard_output_is_all_that_is_there_and_junit_beside_it(ties, tmp_path):
    file = tmp_path / "out.xml"
    done = layerproof("check", ties, "--level", "quick", "--jobs", "1", "--json", "-", "--junit", str(file))
    assert done.returncode == 1
    run = json.loads(done.stdout)
    assert run["verdict"] == "does not conform"
    pool = run["layers"]["max_pool2d"]
    statuses = ("passed", "failed", "declined", "error", "crashed", "timeout")
    assert sum(pool[status] for status in statuses) == pool["planned"] > 0
    assert {failure["layer"] for failure in run["failures"]} == {"max_pool2d"}
    assert Run.from_json(done.stdout.encode()).verdict == run["verdict"]
    assert "max_pool2d" in done.stderr
    suite = ElementTree.parse(file).getroot().find("testsuite")
    assert suite.get("name") == "max_pool2d"
    assert len(suite.findall("testcase")) == int(suite.get("tests")) == pool["planned"]
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures")) > 0


def test_the_same_seed_gives_the_same_cases(tmp_path):
    def verdicts():
        options = ("--level", "quick", "--layer", "linear", "--seed", "5", "--jobs", "1")
        done = layerproof("check", "reference", *options, "--json", "-")
        layer = json.loads(done.stdout)["layers"]["linear"]
        return {key: value for key, value in layer.items() if key != "seconds"}

    assert verdicts() == verdicts()


def test_without_isolation_the_verdict_is_the_same(ties):
    assert layerproof("check", ties, "--level", "quick", "--isolation", "none").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["referense"], "did you mean reference?"),
        (["nowhere.py"], "there is no file"),
        (["reference", "--layer", "conv2"], "the contract has no layer conv2; did you mean conv2d?"),
        (["loops", "--layer", "gelu"], "plugin loops does not implement gelu"),
        (["reference", "--case", "nonsense"], "is no case id"),
        (["reference", "--case", "relu:edge:float32:nothing:C:seed=1"], "has no edge case named 'nothing'"),
        (["reference", "--level", "sloppy"], "Invalid value for '--level'"),
        (["reference", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["reference", "--json", "/nowhere/run.json"], "No such file or directory"),
        (["reference", "--json", "-", "--html", "-"], "only one of --json and --html can be written"),
        (["json"], "plugin json implements no layer"),
        ([], "Missing argument 'PLUGIN'"),
    ],
)
def test_a_usage_error_is_one_line_and_status_2(arguments, said):
    done = layerproof("check", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert len([line for line in done.stderr.splitlines() if line.startswith("Error")]) == 1


def test_debug_shows_the_traceback():
    assert "Traceback" in layerproof("--debug", "check", "referense").stderr


def test_a_full_disk_is_one_line(ties):
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    done = layerproof("check", "reference", "--level", "quick", "--jobs", "1", "--layer", "relu", "--json", "/dev/full")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "reference conforms" in done.stdout  # what was found is not lost


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupted_run_reports_what_was_finished(tmp_path):
    asked, file, plugin = tmp_path / "asked", tmp_path / "run.json", tmp_path / "slow.py"
    plugin.write_text(
        "import pathlib, time\nfrom layerproof import hookimpl\nfrom layerproof_reference import relu_backward\n"
        "import layerproof_reference\n"
        "@hookimpl\ndef relu_forward(x):\n"
        f"    pathlib.Path({str(asked)!r}).open('a').write('.')\n    time.sleep(0.02)\n"
        "    return layerproof_reference.relu_forward(x)\n"
    )
    running = subprocess.Popen(
        [*LAYERPROOF, "check", str(plugin), "--json", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 100
    while not asked.exists() or asked.stat().st_size < 100:  # some cases are done, and many are not
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Interrupted" in out
    run = json.loads(file.read_text())
    assert run["interrupted"] is True
    assert 0 < run["layers"]["relu"]["passed"] < run["layers"]["relu"]["planned"]


def test_help_teaches():
    out = layerproof("--help").stdout
    for word in ("check", "train", "layers", "plugins", "my_layers.py"):
        assert word in out
    assert "Exit status" in layerproof("check", "--help").stdout
    assert layerproof("--version").stdout.startswith("layerproof ")


def test_layers_and_plugins_are_listed():
    wide = {**os.environ, "COLUMNS": "200"}
    assert "conv2d" in layerproof("layers", env=wide).stdout
    assert "stride" in layerproof("layers", "conv2d").stdout
    assert "reference" in layerproof("plugins", env=wide).stdout
