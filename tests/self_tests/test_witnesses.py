"""Every broken plugin is really broken: its own witness says how, and finds nothing wrong with the reference."""

import ast
from pathlib import Path

import pytest
import witnesses

from layerproof import find_layers, load_plugin

DEFECTS = sorted((Path(__file__).parent / "broken_plugins").glob("*/*.py"))
CLASSES = {
    "aliasing",
    "attributes",
    "dtype",
    "edges",
    "formula",
    "global state",
    "gradient",
    "layout",
    "mutation",
    "precision",
    "process",
    "random",
    "reduction",
    "shape",
    "sizes",
    "special values",
    "state",
    "structure",
    "ties",
    "trivial",
}


@pytest.mark.parametrize("path", DEFECTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_broken_plugin_says_what_is_wrong_and_its_witness_shows_it(path: Path) -> None:
    plugin = load_plugin(str(path))
    assert plugin.layers == (path.parent.name,)
    assert plugin.module.DEFECT_CLASS in CLASSES
    assert plugin.module.__doc__.count("\n") <= 3
    imported = [node for node in ast.parse(path.read_text()).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert not any("torch" in ast.unparse(node) or "witnesses" in ast.unparse(node) for node in imported)
    sentence = plugin.module.witness()
    assert sentence
    assert "\n" not in sentence
    with witnesses.subject("layerproof_reference"):
        assert plugin.module.witness() == "", "the witness finds something wrong with the reference"


def test_every_folder_is_a_layer() -> None:
    assert {path.parent.name for path in DEFECTS} <= set(find_layers())
