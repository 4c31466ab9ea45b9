"""``pytest --layerproof PLUGIN`` and ``conformance_test``, as their users run them."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

FAST = ("--layerproof-level", "quick")


@pytest.fixture
def run_pytest(tmp_path, ties_file):
    (tmp_path / "my_layers.py").write_text(ties_file.read_text())
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")

    def run(*arguments):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        return subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=tmp_path,
            env={**environment, "COLUMNS": "250"},
            capture_output=True,
            text=True,
            timeout=240,
        )

    return run


def counts(done):
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", done.stdout.splitlines()[-1])}


def test_one_test_per_case_with_readable_ids(run_pytest):
    done = run_pytest("--layerproof", "my_layers.py", *FAST, "--collect-only", "-q")
    lines = done.stdout.splitlines()
    assert any(line.startswith("my_layers.py::relu:mnist:float32:") for line in lines)
    assert any(line.startswith("my_layers.py::max_pool2d:generated:") for line in lines)
    assert "test_other" not in done.stdout


def test_a_failure_shows_its_message_and_the_command_that_repeats_it(run_pytest):
    done = run_pytest("--layerproof", "my_layers.py", *FAST, "-k", "max_pool2d and mnist")
    assert done.returncode == 1
    assert "layerproof: my_layers.py at level quick, seed 0" in done.stdout
    assert "values: grad_x[" in done.stdout
    assert "repeat: layerproof check my_layers.py --case max_pool2d:mnist:" in done.stdout
    assert "layerproof_conformance" not in done.stdout.partition("= FAILURES =")[2].partition("short test summary")[0]
    assert "Traceback" not in done.stdout
    found = counts(done)
    assert found["failed"] > 0
    assert found["deselected"] > 0


def test_last_failed_and_junit_and_two_processes(run_pytest, tmp_path):
    options = ("--layerproof", "my_layers.py", *FAST, "--layerproof-layer", "max_pool2d", "-q")
    first = run_pytest(*options, "-n", "2", "--junitxml", "out.xml")
    assert first.returncode == 1
    failed = counts(first)["failed"]
    cases = list(ElementTree.parse(tmp_path / "out.xml").getroot().iter("testcase"))
    assert len(cases) == sum(counts(first)[word] for word in ("failed", "passed", "skipped") if word in counts(first))
    assert all(case.get("name").startswith("max_pool2d:") for case in cases)
    again = run_pytest(*options, "--lf")
    assert counts(again)["failed"] == failed
    assert "passed" not in counts(again)


def test_other_tests_run_where_they_are_named(run_pytest):
    done = run_pytest("--layerproof", "my_layers.py", *FAST, "-k", "test_other or nothing", "test_other.py")
    assert counts(done)["passed"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.py"], "no plugin at nowhere.py: there is no file"),
        (["my_layers.py", "--layerproof-layer", "gelu"], "plugin my_layers.py does not implement gelu"),
    ],
)
def test_a_usage_error_is_one_line(run_pytest, arguments, said):
    done = run_pytest("--layerproof", *arguments)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    (error,) = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("ERROR")]
    assert said in error


def test_a_run_that_does_not_use_it_imports_nothing(run_pytest, tmp_path):
    (tmp_path / "test_modules.py").write_text(
        "import sys\n"
        "def test_nothing_heavy():\n"
        "    heavy = {'numpy', 'torch', 'layerproof', 'msgspec', 'layerproof_conformance.verdict.judge'}\n"
        "    loaded = heavy & set(sys.modules)\n"
        "    assert 'layerproof_conformance.pytest_plugin' in sys.modules\n"
        "    assert not loaded\n"
    )
    done = run_pytest("test_modules.py", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    assert done.returncode == 0, done.stdout


AUTHORS_FILE = """
from layerproof_conformance.pytest import conformance_test

test_conformance = conformance_test("my_layers.py", level="quick", known_failures={known})
"""


def test_known_failures_are_strict_and_those_that_fit_nothing_are_reported(run_pytest, tmp_path):
    known = {
        "max_pool2d:mnist:float32:seed_*": "ties",
        "relu:mnist:float32:seed_*": "it is right in fact",
        "relu:gone": "was removed",
    }
    (tmp_path / "test_layers.py").write_text(AUTHORS_FILE.format(known=known))
    done = run_pytest("test_layers.py", "-k", "mnist and seed_", "-rA")
    assert done.returncode == 1
    assert re.search(r"XFAIL test_layers.py::test_conformance\[max_pool2d:mnist:float32:seed_\S+ - ties", done.stdout)
    assert re.search(
        r"FAILED test_layers.py::test_conformance\[relu:mnist:float32:seed_\S+ - \[XPASS\(strict\)\]", done.stdout
    )
    assert "UnmatchedKnownFailureWarning: known failure 'relu:gone' matches no case of my_layers.py" in done.stdout
