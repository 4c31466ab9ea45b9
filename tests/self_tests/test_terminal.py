"""The manners of the command line: colours, completion, help, and how fast it starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from layerproof.cli import load_commands

LAYERPROOF = str(Path(sys.executable).with_name("layerproof"))


def run(*command, **environment):
    clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**clean, **environment})


def test_colours_are_off_where_there_is_no_terminal_or_none_is_wanted():
    assert "\x1b[" not in run(LAYERPROOF, "layers").stdout
    assert "\x1b[" in run(LAYERPROOF, "layers", FORCE_COLOR="1").stdout
    coloured = run(LAYERPROOF, "layers", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert not any(f"\x1b[{colour}" in coloured for colour in range(30, 38))


@pytest.mark.parametrize("command", sorted(load_commands().commands))
def test_help_keeps_its_examples_in_lines(command):
    said = run(LAYERPROOF, command, "--help").stdout
    assert "\\b" not in said
    assert max(map(len, said.splitlines())) <= 100


def test_the_list_of_commands_fits_a_narrow_terminal():
    listed = run(LAYERPROOF, "--help", COLUMNS="62").stdout.partition("Commands:")[2].partition("Examples:")[0]
    assert "..." not in listed
    assert len(listed.strip().splitlines()) == len(load_commands().commands)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_longer_than_the_terminal_is_wide_but_what_is_copied(wrong_run, right_run, tmp_path, width):
    for name, one in (("wrong", wrong_run), ("right", right_run)):
        file = tmp_path / f"{name}.json"
        file.write_bytes(one.to_json())
        said = run(LAYERPROOF, "report", file, COLUMNS=str(width)).stdout
        lines = [line.rstrip() for line in said.splitlines() if not line.startswith("    repeat: ")]
        assert max(map(len, lines)) <= width
        assert "…" not in said
        assert all(layer in said for layer in one.layers)


@pytest.mark.parametrize("layer", ["conv2d", "cross_entropy"])
def test_a_contract_fits_the_terminal_and_loses_no_word(layer):
    written = run(LAYERPROOF, "layers", layer).stdout
    wrapped = run(LAYERPROOF, "layers", layer, COLUMNS="70", FORCE_COLOR="1").stdout
    assert wrapped.split() == written.split()
    assert max(len(line) for line in wrapped.splitlines() if "https://" not in line) <= 70
    assert max(map(len, written.splitlines())) > 100


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell):
    assert "_LAYERPROOF_COMPLETE" in run(LAYERPROOF, "completion", shell).stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("layerproof che", "check"),
        ("layerproof check ref", "reference"),
        ("layerproof check x --layer max", "max_pool2d"),
        ("layerproof layers soft", "softmax"),
        ("layerproof new x --layer soft", "softmax"),
        ("layerproof bench ref", "reference"),
        ("layerproof train --model le", "lenet"),
        ("layerproof train --use ref", "reference"),
        ("layerproof train --use conv", "conv2d="),
        ("layerproof train --use conv2d=ref", "conv2d=reference"),
    ],
)
def test_commands_plugins_and_layers_are_completed(words, offered):
    count = str(len(words.split()) - 1)
    said = run(LAYERPROOF, _LAYERPROOF_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count).stdout
    assert f"plain,{offered}" in said.split()


def ended(words, **environment):
    done = run(
        "bash", "-o", "pipefail", "-c", words, PATH=f"{Path(LAYERPROOF).parent}:{os.environ['PATH']}", **environment
    )
    return done.returncode, done.stderr.strip()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("layerproof --help > /dev/full", ""),
        ("layerproof layers > /dev/full", ""),
        ("layerproof layers relu > /dev/full", ""),
        ("layerproof report run.json > /dev/full", ""),
        ("layerproof report run.json --format json > /dev/full", ""),
        ("layerproof report run.json --format json -o /dev/full", "/dev/full: "),
    ],
)
def test_a_full_disk_is_told_in_one_line(right_run, tmp_path, words, name):
    (tmp_path / "run.json").write_bytes(right_run.to_json())
    assert ended(f"cd {tmp_path}; {words}") == (2, f"Error: {name}No space left on device")


def test_a_reader_that_goes_away_is_no_failure(right_run, tmp_path):
    (tmp_path / "run.json").write_bytes(right_run.to_json())
    for words in ("report run.json", "report run.json --format json", "layers conv2d"):
        code, said = ended(f"cd {tmp_path}; layerproof {words} | true")
        assert (code in (0, 141), said) == (True, ""), words


def test_debug_stands_before_or_after_the_command():
    for words in ("layerproof --debug layers rleu", "layerproof layers rleu --debug"):
        code, said = ended(words)
        assert code == 2
        assert said.startswith("Traceback")
        assert said.endswith("Error: the contract has no layer rleu; did you mean relu?")
    assert ended("layerproof layers rleu") == (2, "Error: the contract has no layer rleu; did you mean relu?")


def test_a_refused_run_leaves_no_empty_files(tmp_path):
    code, said = ended(f"cd {tmp_path}; layerproof check nowhere.py --json run.json --junit run.xml")
    assert (code, said.startswith("Error: no plugin at nowhere.py")) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_plugin_that_is_no_text_is_refused_in_one_line(tmp_path):
    (tmp_path / "layers.py").write_bytes(b"\xff\xfe\x00")
    code, said = ended(f"layerproof check {tmp_path}/layers.py")
    assert (code, said.count("\n")) == (2, 0)
    assert "syntax error: " in said


SHOW_HELP = (
    "import sys; sys.argv = ['layerproof', '--help']\n"
    "from layerproof.cli import main\n"
    "try: main()\n"
    "except SystemExit: pass\n"
)


def test_nothing_heavy_is_imported_for_help():
    heavy = "print({'torch', 'numba', 'matplotlib', 'numpy', 'hypothesis', 'rich', 'msgspec'} & set(sys.modules))"
    assert run(sys.executable, "-c", SHOW_HELP + heavy).stdout.splitlines()[-1] == "set()"


def test_help_imports_about_as_many_modules_as_numpy_and_click_do():
    def modules(program):
        return int(run(sys.executable, "-c", f"{program}\nprint(len(sys.modules))").stdout.split()[-1])

    assert modules(SHOW_HELP) < 1.25 * modules("import sys, numpy, click")


def test_the_names_of_models_are_those_that_there_are():
    from layerproof.chain.models import MODELS
    from layerproof_train.choices import MODEL_NAMES

    assert tuple(MODELS) == MODEL_NAMES
