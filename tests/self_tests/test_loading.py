"""A plugin is found by every kind of name, and each trap of pluggy is answered with one sentence."""

import sys
from pathlib import Path

import pytest

from layerproof import PluginError, load_plugin

RELU = """
import numpy as np
from layerproof import hookimpl

@hookimpl
def relu_forward(x):
    return np.maximum(x, 0), x

@hookimpl
def relu_backward(grad_output, saved):
    return (np.where(saved <= 0, grad_output.dtype.type(0), grad_output),)
"""


def write(folder: Path, text: str, name: str = "my_layers.py") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def message_of(folder: Path, text: str) -> str:
    with pytest.raises(PluginError) as caught:
        load_plugin(write(folder, text))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_entry_point():
    plugin = load_plugin("reference")
    assert plugin.name == "reference"
    assert "conv2d" in plugin.layers
    assert plugin.version


def test_path(tmp_path):
    assert load_plugin(write(tmp_path, RELU)).layers == ("relu",)


def test_path_of_a_package(tmp_path):
    package = tmp_path / "my_package"
    package.mkdir()
    write(package, RELU, "__init__.py")
    assert load_plugin(str(package)).layers == ("relu",)


def test_module_name(tmp_path, monkeypatch):
    write(tmp_path, RELU, "module_of_mine.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert load_plugin("module_of_mine").layers == ("relu",)


def test_imported_module():
    import layerproof_reference

    assert "relu" in load_plugin(layerproof_reference).layers


def test_a_plugin_can_import_the_file_beside_it(tmp_path):
    write(tmp_path, "THRESHOLD = 0\n", "a_neighbour_of_mine.py")
    plugin = load_plugin(write(tmp_path, "import a_neighbour_of_mine\n" + RELU))
    assert plugin.layers == ("relu",)
    sys.path.remove(str(tmp_path))


def test_two_files_of_the_same_name_are_two_plugins(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = load_plugin(write(tmp_path / "a", RELU))
    other = load_plugin(write(tmp_path / "b", RELU))
    assert one.module is not other.module


def test_unknown_name_suggests_a_near_one():
    with pytest.raises(PluginError, match="did you mean reference"):
        load_plugin("referense")


def test_missing_file(tmp_path):
    with pytest.raises(PluginError, match="there is no file"):
        load_plugin(str(tmp_path / "nowhere.py"))


def test_syntax_error_names_the_line(tmp_path):
    assert "line 2" in message_of(tmp_path, "x = 1\ndef broken(:\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("raise RuntimeError('no\\nluck')", "RuntimeError: no luck"),
        ("import a_module_that_is_not_there", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_import_that_raises(tmp_path, line, said):
    message = message_of(tmp_path, f"\n{line}\n")
    assert said in message
    assert "my_layers.py, line 2" in message


def test_a_failed_import_can_be_repaired(tmp_path):
    message_of(tmp_path, "raise RuntimeError('first')")
    assert load_plugin(write(tmp_path, RELU)).layers == ("relu",)


def test_misspelt_hook(tmp_path):
    message = message_of(tmp_path, RELU.replace("relu_forward", "relu_foward"))
    assert "did you mean relu_forward" in message
    assert "relu_foward(x)" in message


def test_misspelt_argument(tmp_path):
    message = message_of(tmp_path, RELU.replace("grad_output, saved", "grad_outptu, saved"))
    assert "did you mean grad_output" in message


def test_argument_of_another_library(tmp_path):
    message = message_of(tmp_path, RELU.replace("relu_forward(x)", "relu_forward(x, inplace)"))
    assert "relu_forward has no argument inplace" in message


def test_default_value(tmp_path):
    message = message_of(tmp_path, RELU.replace("(grad_output, saved)", "(grad_output, saved, needs_input_grad=None)"))
    assert "the default of needs_input_grad would be used" in message


@pytest.mark.parametrize(
    ("signature", "said"),
    [("x, *rest", "*rest is never filled"), ("x, **rest", "**rest is never filled"), ("*, x", "x stands after `*`")],
)
def test_parameters_that_pluggy_drops(tmp_path, signature, said):
    assert said in message_of(tmp_path, RELU.replace("relu_forward(x)", f"relu_forward({signature})"))


def test_required_argument_left_out(tmp_path):
    text = RELU.replace("relu", "linear").replace("linear_forward(x)", "linear_forward(x, bias)")
    assert "must take weight" in message_of(tmp_path, text)


def test_backward_alone(tmp_path):
    text = RELU.replace("@hookimpl\ndef relu_forward", "def _relu_forward")
    assert "implements relu_backward, but not relu_forward" in message_of(tmp_path, text)


def test_forgotten_decorator(tmp_path):
    text = RELU.replace("@hookimpl\ndef relu_backward", "def relu_backward")
    assert "relu_backward(grad_output, saved) lacks the decorator @hookimpl" in message_of(tmp_path, text)


def test_forward_alone_can_be_loaded(tmp_path):
    text = RELU.replace("@hookimpl\ndef relu_backward", "def _relu_backward")
    assert load_plugin(write(tmp_path, text)).layers == ("relu",)


def test_another_function_name_by_specname(tmp_path):
    text = RELU.replace("@hookimpl\ndef relu_forward", '@hookimpl(specname="relu_forward")\ndef my_own_name')
    assert load_plugin(write(tmp_path, text)).layers == ("relu",)
