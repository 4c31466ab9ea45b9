"""Chains of layers take what they need to know of a layer from its specification, also of layers yet to come."""

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sample_arguments import SAMPLES

from layerproof import PluginSet, find_layers
from layerproof.chain import ChainError, plan_chain
from layerproof.chain.models import FILTERS, MODELS
from layerproof.layer import Layer
from layerproof_train import build_network

CONV3D = """"conv3d: a window slides over volumes."
from layerproof.layers._windows import window_places

ARGUMENTS = {
    "x": "N C+ D+ H+ W+", "weight": "O+ C/groups kD+ kH+ kW+", "bias": "O?", "stride": "window from 1",
    "padding": "window from 0", "dilation": "window from 1", "groups": "int from 1",
}
OUTPUTS = {"output": "N O D' H' W'"}
DIFFERENTIABLE = ("x", "weight", "bias")
NEUTRAL = {"bias": None, "stride": (1, 1, 1), "padding": (0, 0, 0), "dilation": (1, 1, 1), "groups": 1}

def conv3d_forward(x, weight, bias, stride, padding, dilation, groups): pass
def conv3d_backward(grad_output, saved, needs_input_grad): pass

def output_size(x, weight, stride, padding, dilation):
    return window_places(x[2:], weight[2:], stride, padding, dilation, ceil_mode=False)
"""

INSTANCE_NORM = """"instance_norm: normalise each channel of each sample."
ARGUMENTS = {
    "x": "N C+ ...", "running_mean": "C?", "running_var": "C?", "weight": "C?", "bias": "C?", "training": "bool",
    "momentum": "float", "eps": "float",
}
DIFFERENTIABLE = ("x", "weight", "bias")
OUTPUTS = {
    "output": "N C ...", "new_running_mean": "C? without gradient", "new_running_var": "C? without gradient",
}
NEUTRAL = {
    "running_mean": None, "running_var": None, "weight": None, "bias": None, "training": True, "momentum": 0.1,
    "eps": 1e-5,
}
STATISTICS = {"running_mean": 0.0, "running_var": 1.0}

def instance_norm_forward(x, running_mean, running_var, weight, bias, training, momentum, eps): pass
def instance_norm_backward(grad_output, saved, needs_input_grad): pass
"""


@pytest.fixture
def new_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in (("conv3d", CONV3D), ("instance_norm", INSTANCE_NORM)):
        module: Any = ModuleType(f"specifications.{name}")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(source, vars(module))
        monkeypatch.setitem(find_layers(), name, Layer.read(module))


@pytest.mark.usefixtures("new_layers")
def test_windows_along_three_axes_and_new_normalisations_need_no_edit() -> None:
    conv3d = {"layer": "conv3d", "outputs": 6, "kernel_size": [2, 3, 4], "stride": 2, "groups": 3, "bias": False}
    conv, norm = plan_chain([conv3d, {"layer": "instance_norm", "eps": 1e-3}], (3, 8, 9, 10), 10)
    assert conv.parameters == {"weight": (6, 1, 2, 3, 4)}
    assert conv.attributes == {"stride": (2, 2, 2), "padding": (0, 0, 0), "dilation": (1, 1, 1), "groups": 3}
    assert conv.output_shape == (6, 4, 4, 4)
    assert norm.parameters == {"weight": (6,), "bias": (6,)}
    assert norm.statistics == {"running_mean": (6,), "running_var": (6,)}
    assert norm.attributes == {"momentum": 0.1, "eps": 1e-3}
    assert norm.output_shape == (6, 4, 4, 4)


@pytest.mark.usefixtures("new_layers")
def test_a_new_normalisation_begins_with_the_identity() -> None:
    layers = ["instance_norm", "flatten", {"layer": "linear", "outputs": 10, "bias": False}]
    network = build_network(layers, (2, 3, 4), 10, np.random.default_rng(0))
    norm = network.stages[0]
    arrays = {name: array.tolist() for name, array in {**norm.parameters, **norm.statistics}.items()}
    assert arrays == {"weight": [1, 1], "bias": [0, 0], "running_mean": [0, 0], "running_var": [1, 1]}
    assert set(network.arrays()) == {*(f"1.instance_norm.{name}" for name in arrays), "3.linear.weight"}


@pytest.mark.usefixtures("new_layers")
@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"kernel_size": 3}, "layer 1 of the network, conv3d, lacks outputs"),
        (
            {"outputs": 4, "kernel_size": [3, 3]},
            "layer 1 of the network, conv3d: `kernel_size` must be 3 ints of at least 1, got (3, 3)",
        ),
        (
            {"outputs": 4, "kernel_size": 3},
            "layer 1 of the network, conv3d, needs channels x depth x height x width, but is given 1 x 28 x 28 for an "
            "image of 1 x 28 x 28",
        ),
    ],
)
def test_errors_name_the_axes_of_the_layer(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ChainError) as caught:
        plan_chain([{"layer": "conv3d", **table}], (1, 28, 28), 10)
    assert str(caught.value) == message


@pytest.mark.parametrize("model", MODELS)
def test_the_planned_shapes_are_those_that_the_reference_returns(model: str) -> None:
    network = build_network(MODELS[model](FILTERS[model]), (1, 28, 28), 10, np.random.default_rng(0), name=model)
    x = np.zeros((2, 1, 28, 28), np.float32)
    # the network itself compares every result with the shape that was planned
    output, _ = network.forward(PluginSet(["reference"]), x, training=True, rng=np.random.default_rng(0))
    assert output.shape == (2, 10)


@pytest.mark.parametrize("layer", find_layers())
def test_the_output_shape_of_each_layer_is_that_of_the_reference(layer: str) -> None:
    plugins = PluginSet(["reference"])
    for arguments in SAMPLES[layer]:
        output, _ = plugins.forward(layer, **arguments)
        output = output[0] if isinstance(output, tuple) else output
        assert find_layers()[layer].output_shape(arguments) == output.shape
