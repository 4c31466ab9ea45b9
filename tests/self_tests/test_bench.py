"""The benchmark measures, verifies and reports; how fast this machine is does not matter."""

import json

import pytest
from click.testing import CliRunner

from layerproof import LayerProofError
from layerproof_conformance.benchmark.bench import bench
from layerproof_conformance.benchmark.command import bench as command

WRONG_RELU = """
import numpy as np
from layerproof import hookimpl

@hookimpl
def relu_forward(x):
    return np.abs(x), x

@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output * (saved > 0),)
"""


def test_layers_and_a_step_are_measured_and_verified(tmp_path):
    file = tmp_path / "bench.json"
    choices = ["--layer", "relu", "--network", "A", "--rounds", "2", "--threads", "1", "--batch-size", "3"]
    result = CliRunner().invoke(command, ["reference", *choices, "--json", str(file)])
    assert result.exit_code == 0, result.output
    assert "verified" in result.output
    document = json.loads(file.read_bytes())
    relu, step = document["layers"]["relu"]["reference"], document["steps"]["A"]["reference"]
    for ratio in (relu["forward"]["ratio"], relu["backward"]["ratio"], step["ratio"]):
        assert ratio > 0
    assert all(shape[part]["verified"] for shape in relu["shapes"] for part in ("forward", "backward"))
    assert 0 < step["overhead"] < 1
    assert step["others"] == {}


def test_a_wrong_result_has_no_time(tmp_path):
    plugin = tmp_path / "wrong.py"
    plugin.write_text(WRONG_RELU)
    result = CliRunner().invoke(command, [str(plugin), "--layer", "relu", "--rounds", "1", "--batch-size", "2"])
    assert result.exit_code == 1
    assert "did not count" in result.output


def test_a_step_says_what_the_reference_answered(tmp_path):
    plugin = tmp_path / "only_relu.py"
    plugin.write_text(WRONG_RELU.replace("np.abs(x)", "np.maximum(x, 0)"))
    document = bench([str(plugin)], networks=["A"], rounds=1, batch_size=2, threads=1)
    others = document.steps["A"][str(plugin)].others
    assert set(others) == {"conv2d", "max_pool2d", "flatten", "linear", "cross_entropy"}


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"plugins": ["no_such_plugin"]}, "no plugin named no_such_plugin"),
        ({"plugins": ["reference"], "layers": ["conv3d"]}, "the contract has no layer conv3d"),
        ({"plugins": ["reference"], "layers": ["sigmoid"]}, "sigmoid has no benchmark"),
        ({"plugins": ["reference"], "networks": ["D"]}, "there is no network D"),
    ],
)
def test_what_is_unknown_is_an_error_of_one_line(choices, message):
    with pytest.raises(LayerProofError, match=message) as caught:
        bench(**{"rounds": 1, **choices})
    assert "\n" not in str(caught.value)
