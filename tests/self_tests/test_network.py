from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from layerproof import NotSupportedError, PluginError, PluginSet, hookimpl
from layerproof_train import Builder, Network, TrainingError
from layerproof_train.models import FILTERS, MODELS


def build(
    model: str = "seed", shape: tuple[int, int, int] = (1, 28, 28), seed: int = 0, dtype: Any = np.float32
) -> Network:
    builder = Builder(shape, np.random.default_rng(seed), dtype)
    MODELS[model](builder, 10, FILTERS[model])
    return builder.build()


def plugin(*functions: Any, name: str = "made_up") -> ModuleType:
    module = ModuleType(name)
    for function in functions:
        function.__module__ = name
        setattr(module, function.__name__, function)
    return module


def images(number: int, dtype: Any = np.float32) -> Any:
    return np.random.default_rng(1).standard_normal((number, 1, 28, 28)).astype(dtype)


def step(network: Network, plugins: PluginSet) -> None:
    output, tape = network.forward(plugins, images(2))
    network.backward(plugins, np.ones_like(output), tape)


def in_torch(network: Network, x: Any, parameters: dict[tuple[int, str], Any]) -> Any:
    for number, stage in enumerate(network.stages):
        own = [parameters[number, name] for name in stage.parameters]
        attributes = dict(stage.attributes)
        if stage.layer in ("flatten", "relu"):
            x = getattr(torch, stage.layer)(x, **attributes)
        else:
            x = getattr(nn.functional, stage.layer)(x, *own, **attributes)
    return x


@pytest.mark.parametrize("model", MODELS)
def test_output_and_gradients_are_those_of_pytorch(model: str) -> None:
    network, plugins, x = build(model, dtype=np.float64), PluginSet(["reference"]), images(3, np.float64)
    grad_output = np.random.default_rng(2).standard_normal((3, 10))
    output, tape = network.forward(plugins, x)
    network.backward(plugins, grad_output, tape)
    parameters = {
        (number, name): torch.tensor(array, requires_grad=True)
        for number, stage in enumerate(network.stages)
        for name, array in stage.parameters.items()
    }
    expected = in_torch(network, torch.tensor(x), parameters)
    expected.backward(torch.tensor(grad_output))
    np.testing.assert_allclose(output, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    gradients = np.concatenate([parameter.grad.numpy().ravel() for parameter in parameters.values()])
    np.testing.assert_allclose(network.gradients, gradients, rtol=1e-10, atol=1e-12)
    assert tape == []


def test_the_parameters_are_views_of_one_vector() -> None:
    network = build()
    network.values[...] = 7
    for stage in network.stages:
        for array in stage.parameters.values():
            assert (array == 7).all()
            assert array.dtype == np.float32
    assert sum(array.size for stage in network.stages for array in stage.parameters.values()) == network.values.size


def test_the_seed_decides_the_parameters() -> None:
    assert np.array_equal(build(seed=3).values, build(seed=3).values)
    assert not np.array_equal(build(seed=3).values, build(seed=4).values)


def test_parameters_are_drawn_as_pytorch_draws_them() -> None:
    torch.manual_seed(0)
    network = build("deep")
    layers = {0: nn.Conv2d(1, 32, 3), 2: nn.Conv2d(32, 64, 3), 6: nn.Linear(9216, 128), 8: nn.Linear(128, 10)}
    for number, layer in layers.items():
        for name, theirs in layer.named_parameters():
            ours, drawn = network.stages[number].parameters[name], theirs.detach().numpy()
            bound = 1 / np.sqrt(layer.weight[0].numel())
            assert ours.shape == drawn.shape
            for array in (ours, drawn):
                assert np.abs(array).max() <= bound * (1 + 1e-6)
                if array.size > 1000:
                    assert np.abs(array).max() > 0.99 * bound
                    assert array.std() == pytest.approx(bound / np.sqrt(3), rel=0.05)
                    assert abs(array.mean()) < 0.1 * bound


def test_only_the_gradient_of_the_first_layers_input_is_not_needed() -> None:
    asked: list[tuple[bool, ...]] = []

    def record(hook: str) -> Any:
        def wrapper(needs_input_grad: tuple[bool, ...]) -> Any:
            asked.append(needs_input_grad)
            return (yield)

        wrapper.__name__ = hook
        return hookimpl(wrapper=True)(wrapper)

    layers = ("conv2d", "relu", "max_pool2d", "flatten", "linear")
    watching = plugin(*(record(f"{layer}_backward") for layer in layers))
    plugins, network = PluginSet(["reference", watching]), build()
    step(network, plugins)
    assert asked == [(True, True, True), (True,), (True,), (True,), (False, True, True)]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            lambda builder: builder.conv2d(4, (3, 3)),
            "layer 1 of the network, conv2d, has a window of 3 x 3, but is given 1 x 2 x 9 for an image of 1 x 2 x 9",
        ),
        (
            lambda builder: builder.relu().max_pool2d((2, 2)).max_pool2d((2, 2)),
            "layer 3 of the network, max_pool2d, has a window of 2 x 2, but is given 1 x 1 x 4 for an image of "
            "1 x 2 x 9",
        ),
        (
            lambda builder: builder.linear(10),
            "layer 1 of the network, linear, needs one row for each image, but is given 1 x 2 x 9 for an image of "
            "1 x 2 x 9; flatten it first",
        ),
        (
            lambda builder: builder.flatten().conv2d(1, (1, 1)),
            "layer 2 of the network, conv2d, needs images (channels, height, width), but is given 18 for an image of "
            "1 x 2 x 9",
        ),
    ],
)
def test_layers_that_cannot_follow(layers: Any, message: str) -> None:
    with pytest.raises(TrainingError) as caught:
        layers(Builder((1, 2, 9), np.random.default_rng(0)))
    assert str(caught.value) == message


def test_a_layer_that_nobody_implements() -> None:
    @hookimpl
    def conv2d_forward(x: Any, weight: Any) -> Any:
        return None

    with pytest.raises(NotSupportedError) as caught:
        build().check_supported(PluginSet([plugin(conv2d_forward)]))
    assert str(caught.value) == "no plugin of the set implements relu, layer 2 of the network; the set has made_up"


def answering(output: Any, gradients: Any) -> ModuleType:
    @hookimpl
    def linear_forward(x: Any, weight: Any, bias: Any) -> Any:
        return output(x, weight, bias), (x, weight)

    @hookimpl
    def linear_backward(grad_output: Any, saved: Any) -> Any:
        return gradients(grad_output, *saved)

    return plugin(linear_forward, linear_backward)


def right(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight.T + bias


def fail(*_: Any) -> Any:
    raise KeyError("no luck")


@pytest.mark.parametrize(
    ("output", "gradients", "message"),
    [
        (
            lambda x, weight, bias: right(x, weight, bias).astype(np.float64),
            fail,
            "plugin made_up: output of linear_forward is float64[2, 10], but should be float32[2, 10]",
        ),
        (
            lambda x, weight, bias: right(x, weight, bias).T,
            fail,
            "plugin made_up: output of linear_forward is float32[10, 2], but should be float32[2, 10]",
        ),
        (lambda *_: None, fail, "plugin made_up: output of linear_forward is NoneType, but should be float32[2, 10]"),
        (
            right,
            lambda g, x, weight: (g @ weight, g.T @ x, g),
            "plugin made_up: grad_bias of linear_backward is float32[2, 10], but should be float32[10]",
        ),
        (
            right,
            lambda g, x, weight: (g @ weight, None, g.sum(0)),
            "plugin made_up: grad_weight of linear_backward is NoneType, but should be float32[10, 676]",
        ),
    ],
)
def test_a_plugin_whose_results_do_not_fit_is_named_in_one_line(output: Any, gradients: Any, message: str) -> None:
    network, plugins = build(), PluginSet(["reference"], {"linear": answering(output, gradients)})

    with pytest.raises(TrainingError) as caught:
        step(network, plugins)
    assert str(caught.value) == message


RAISING = """from layerproof import hookimpl

@hookimpl
def linear_forward(x, weight, bias):
    FORWARD
    return x @ weight.T + bias, weight

@hookimpl
def linear_backward(grad_output, saved):
    BACKWARD
    return grad_output @ saved, saved, grad_output.sum(0)

@hookimpl(wrapper=True)
def relu_backward(grad_output):
    result = yield
    WRAPPER
    return result
"""


@pytest.mark.parametrize(
    ("place", "statement", "message"),
    [
        ("FORWARD", "raise KeyError('no luck')", "linear_forward raised KeyError: 'no luck' (mine.py, line 5)"),
        ("FORWARD", "raise OSError('two\\nlines')", "linear_forward raised OSError: two lines (mine.py, line 5)"),
        ("BACKWARD", "raise SystemExit(3)", "linear_backward raised SystemExit: 3 (mine.py, line 10)"),
        ("BACKWARD", "raise StopIteration", "linear_backward raised StopIteration (mine.py, line 10)"),
        ("WRAPPER", "1 / 0", "relu_backward raised ZeroDivisionError: division by zero (mine.py, line 16)"),
    ],
)
def test_a_plugin_that_raises_is_named_in_one_line(tmp_path: Path, place: str, statement: str, message: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        RAISING.replace(place, statement).replace("FORWARD", "").replace("BACKWARD", "").replace("WRAPPER", "")
    )
    network, plugins = build(), PluginSet(["reference"], {"linear": str(path)})
    with pytest.raises(TrainingError) as caught:
        step(network, plugins)
    assert str(caught.value) == f"plugin {path}: {message}"


def test_errors_of_the_plugin_set_pass_through() -> None:
    @hookimpl
    def linear_forward(x: Any, weight: Any, bias: Any) -> Any:
        return right(x, weight, bias)

    with pytest.raises(PluginError, match="should return \\(output, saved\\)"):
        build().forward(PluginSet(["reference"], {"linear": plugin(linear_forward)}), images(2))
