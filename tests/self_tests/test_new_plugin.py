"""``layerproof new``: the package that it writes installs, conforms and passes its own tests."""

import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from layerproof import LayerProofError, find_layers, load_plugin
from layerproof.new_plugin import create

LAYERPROOF = str(Path(sys.executable).with_name("layerproof"))
ROOT = Path(__file__).parents[2]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **{"timeout": 240, **options})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_says_what_to_do_next(tmp_path):
    said = run(LAYERPROOF, "new", "my-layers", "--layer", "relu", "--layer", "relu", cwd=tmp_path)
    assert said.startswith("Created my-layers with relu. Next:")
    made = {str(path.relative_to(tmp_path / "my-layers")) for path in (tmp_path / "my-layers").rglob("*.*")}
    assert {"pyproject.toml", "README.md", ".gitignore", ".github/workflows/conformance.yml"} < made
    assert {"src/my_layers/__init__.py", "src/my_layers/relu.py", "tests/test_conformance.py"} < made
    project = tomllib.loads((tmp_path / "my-layers" / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["layerproof"] == {"my-layers": "my_layers"}


def test_the_new_package_conforms(tmp_path):
    folder = create("my-pools", ["max_pool2d", "flatten"], tmp_path)
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    said = run(LAYERPROOF, "check", "my_pools", "--level", "quick", "--seed", "1", env=environment, cwd=folder)
    assert "my_pools conforms at level quick: 2 layers" in said


def test_every_layer_can_be_started_from(tmp_path, monkeypatch):
    folder = create("all-the-layers", list(find_layers()), tmp_path)
    monkeypatch.syspath_prepend(folder / "src")
    assert load_plugin("all_the_layers").layers == tuple(find_layers())
    assert not any("layerproof_reference" in path.read_text() for path in folder.rglob("*.py"))


def test_what_it_writes_is_tidy(tmp_path):
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists():
        pytest.skip("needs ruff")
    folder = create("styled", ["conv2d", "relu"], tmp_path)
    options = ("--isolated", "--line-length", "120")
    run(ruff, "format", "--check", *options, folder)
    run(ruff, "check", *options, "--select", "E,F,B", folder)


@pytest.mark.parametrize(
    ("name", "layers", "said"),
    [
        ("My Layers", ["relu"], "cannot name a package"),
        ("../escape", ["relu"], "cannot name a package"),
        ("class", ["relu"], "cannot name a package"),
        ("numpy", ["relu"], "something installed already"),
        ("reference", ["relu"], "something installed already"),
        ("taken", ["relu"], "is already there"),
        ("fine", ["conv2"], "did you mean conv2d"),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing(tmp_path, name, layers, said):
    (tmp_path / "taken").mkdir()
    with pytest.raises(LayerProofError, match=said) as refused:
        create(name, layers, tmp_path)
    assert "\n" not in str(refused.value)
    assert [path.name for path in tmp_path.rglob("*")] == ["taken"]


@pytest.mark.slow
def test_installed_into_a_fresh_environment_it_conforms_and_passes_its_tests(tmp_path):
    folder = create("my-layers", ["conv2d", "relu"], tmp_path)
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / "bin"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    options = {"env": environment, "cwd": folder, "timeout": 1200}
    run(programs / "pip", "install", "-q", "-c", ROOT / "constraints.txt", f"{ROOT}[judge]", **options)
    run(programs / "pip", "install", "-q", "-c", ROOT / "constraints.txt", "-e", f"{folder}[test]", **options)
    assert "conforms" in run(programs / "layerproof", "check", "my-layers", "--level", "quick", **options)
    assert "passed" in run(programs / "pytest", "-q", **options)
    judged = run(programs / "pytest", "-q", "--layerproof", "my-layers", "--layerproof-level", "quick", **options)
    assert "passed" in judged
