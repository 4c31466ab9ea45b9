"""The documentation: every code block runs, the site builds with strict links, generated pages are complete."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from layerproof import find_layers
from layerproof.cli import load_commands

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
FENCE = re.compile(r"^```(\w*)(?: title=\"(.+?)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BY_CI = ("python3 -m venv", "pip install")
"""What a block does that only a fresh machine can do: .ci/run does it there."""
TELLING = re.compile(r"conform|behaves as if")
"""The lines of a shown output that have to be in the real one, but for their numbers."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that it is, if any, and its text."""

    language: str
    file: str
    text: str


def blocks(document):
    return [Block(*found) for found in FENCE.findall(document.read_text())]


def trains(document):
    return any("layerproof train" in block.text or "layerproof bench" in block.text for block in blocks(document))


def commands(text):
    """Each command of a console block with the output that is shown for it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def without_numbers(text):
    return re.sub(r"[\d.,]+", "0", re.sub(r"\s+", " ", text)).strip()


@pytest.fixture
def run(tmp_path):
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "200"}

    def run(*command):
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=550,
        )

    return run


def run_console(run, text):
    for command, shown in commands(text):
        if command.startswith(BY_CI):
            continue
        wrong = "does not conform" in shown
        done = run("bash", "-c", command)
        assert done.returncode == (1 if wrong else 0), f"$ {command}\n{done.stdout}"
        found = without_numbers(done.stdout)
        for line in filter(TELLING.search, shown.splitlines()):
            assert without_numbers(line) in found, f"$ {command}\n{line}\nis not in\n{done.stdout}"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(document, id=document.name, marks=[pytest.mark.slow] if trains(document) else [])
        for document in DOCUMENTS
    ],
)
def test_every_code_block_runs(document, run, tmp_path):
    for block in blocks(document):
        if block.file:
            (tmp_path / block.file).write_text(block.text)
        elif block.language == "python":
            done = run(sys.executable, "-c", block.text)
            assert done.returncode == 0, f"{block.text}\n{done.stdout}"
        elif block.language == "console":
            run_console(run, block.text)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "yaml":
            yaml.safe_load(block.text)
        else:
            assert block.language in ("", "text"), (
                f"{document.name} has a block of {block.language}, which nothing runs"
            )


def test_files_of_python_are_python():
    for document in DOCUMENTS:
        for block in blocks(document):
            if block.language == "python":
                compile(block.text, block.file or document.name, "exec")


def test_what_installs_is_run_by_ci():
    ci = (ROOT / ".ci" / "run").read_text()
    for block in blocks(ROOT / "README.md"):
        for command, _ in commands(block.text) if block.language == "console" else ():
            if command.startswith("python3 -m venv"):
                extras = re.search(r"'(\.\[.*?\])'", command)[1]
                assert f"'{extras}'" in ci, f".ci/run does not install {extras}"


def test_the_site_builds_with_strict_links(tmp_path):
    pytest.importorskip("mkdocs", reason="needs the extra docs")
    pytest.importorskip("material", reason="needs the extra docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert built.returncode == 0, built.stderr
    for name in find_layers():
        page = (tmp_path / "layers" / name / "index.html").read_text()
        assert f"{name}_forward" in page
        assert f"{name}_backward" in page
    reference = (tmp_path / "commands" / "index.html").read_text()
    assert all(f"layerproof {name}" in reference for name in load_commands().commands)
    assert not re.search(r'(?:src|href)="https?://fonts', (tmp_path / "index.html").read_text())
