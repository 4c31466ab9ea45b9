from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from layerproof import NotSupportedError, PluginError, PluginSet, find_layers, hookimpl
from layerproof.chain.models import FILTERS, MODELS
from layerproof_train import Network, TrainingError, build_network, read_model


def build(
    model: str = "seed", shape: tuple[int, int, int] = (1, 28, 28), seed: int = 0, dtype: Any = np.float32
) -> Network:
    layers = MODELS[model](FILTERS[model])
    return build_network(layers, shape, 10, np.random.default_rng(seed), name=model, dtype=dtype)


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


CONVOLUTIONAL = ["seed", "lenet", "deep"]


def in_torch(network: Network, x: Any, parameters: dict[tuple[int, str], Any]) -> Any:
    for number, stage in enumerate(network.stages):
        arrays = [parameters[number, name] for name in stage.parameters]
        attributes = dict(stage.planned.attributes)
        if stage.layer in ("flatten", "relu"):
            x = getattr(torch, stage.layer)(x, **attributes)
        else:
            x = getattr(nn.functional, stage.layer)(x, *arrays, **attributes)
    return x


@pytest.mark.parametrize("model", CONVOLUTIONAL)
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
    assert tape.saved == []


def test_every_layer_that_can_stand_in_a_chain_does_and_is_that_of_pytorch() -> None:
    image = [
        {"layer": "conv2d", "outputs": 4, "kernel_size": [3, 2], "groups": 1, "bias": False},
        *("batch_norm", "silu", "instance_norm", {"layer": "group_norm", "num_groups": 2}, "elu"),
        {"layer": "conv_transpose2d", "outputs": 6, "kernel_size": 3, "stride": 2, "output_padding": 1, "groups": 2},
        *("leaky_relu", {"layer": "max_pool2d", "kernel_size": 3, "stride": 2, "ceil_mode": True}, "softplus"),
        *({"layer": "avg_pool2d", "kernel_size": 2, "ceil_mode": True}, "tanh", "relu"),
        {"residual": [{"layer": "conv2d", "outputs": 6, "kernel_size": 3, "padding": 1}, "sigmoid"]},
        {"layer": "adaptive_avg_pool2d", "output_size": [5, 3]},
    ]
    sequence = [
        *({"layer": "flatten", "start_dim": 2}, {"layer": "linear", "outputs": 24}, "rms_norm", "embedding"),
        {"residual": ["layer_norm", {"layer": "linear", "outputs": 72}, ATTENTION, "gelu"]},
        *("softmax", {"layer": "dropout", "p": 0.0}, "flatten", {"layer": "linear", "outputs": 10}, "log_softmax"),
    ]
    network = build_network([*image, *sequence], (1, 9, 10), 10, np.random.default_rng(0), dtype=np.float64)
    used = {stage.layer for stage in network.stages}
    assert used == set(find_layers()) - {"cross_entropy", "mse_loss", "binary_cross_entropy_with_logits"}
    check_by_differences(network, np.random.default_rng(1).standard_normal((3, 1, 9, 10)))


ATTENTION = {"layer": "scaled_dot_product_attention", "heads": 3, "is_causal": True}


def check_by_differences(network: Network, x: Any) -> None:
    """Compare the gradients with central differences of the output, in training, in random directions."""
    plugins, random = PluginSet(["reference"]), np.random.default_rng(2)
    grad_output = random.standard_normal((len(x), 10))

    def loss() -> float:
        output, _ = network.forward(plugins, x, training=True, rng=np.random.default_rng(0))
        return float((output * grad_output).sum())

    output, tape = network.forward(plugins, x, training=True, rng=np.random.default_rng(0))
    assert output.shape == (len(x), 10)
    network.backward(plugins, grad_output, tape)
    gradients, values = network.gradients.copy(), network.values.copy()
    for _ in range(6):
        direction = random.standard_normal(values.size)
        network.values[...] = values + 1e-6 * direction
        above = loss()
        network.values[...] = values - 1e-6 * direction
        difference = (above - loss()) / 2e-6
        assert difference == pytest.approx(gradients @ direction, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("model", ["cnn", "attention"])
def test_the_gradients_of_the_other_models(model: str) -> None:
    layers = MODELS[model](8)
    network = build_network(layers, (1, 12, 13), 10, np.random.default_rng(0), dtype=np.float64)
    check_by_differences(network, np.random.default_rng(1).standard_normal((4, 1, 12, 13)))


def test_running_statistics_are_replaced_in_training_and_used_in_evaluation() -> None:
    layers = ["batch_norm", "flatten", {"layer": "linear", "outputs": 10}]
    network = build_network(layers, (1, 4, 4), 10, np.random.default_rng(0))
    plugins, x = PluginSet(["reference"]), 3 + 2 * np.random.default_rng(1).standard_normal((8, 1, 4, 4), np.float32)
    kept = network.stages[0].statistics
    before = kept["running_mean"]
    network.forward(plugins, x)
    assert kept["running_mean"] is before
    network.forward(plugins, x, training=True)
    assert before == 0
    assert kept["running_mean"] == pytest.approx(0.1 * x.mean(), rel=1e-5)
    assert kept["running_var"] == pytest.approx(0.9 + 0.1 * x.var(ddof=1), rel=1e-5)
    assert set(network.arrays()) >= {"1.batch_norm.running_mean", "1.batch_norm.running_var", "1.batch_norm.weight"}


def test_dropout_draws_in_training_only() -> None:
    layers = [{"layer": "dropout", "p": 0.5}, "flatten", {"layer": "linear", "outputs": 10}]
    network, plugins = build_network(layers, (1, 4, 4), 10, np.random.default_rng(0)), PluginSet(["reference"])
    x = np.ones((8, 1, 4, 4), np.float32)

    def output(training: bool, seed: int) -> Any:
        return network.forward(plugins, x, training=training, rng=np.random.default_rng(seed))[0]

    assert np.array_equal(output(True, 0), output(True, 0))
    assert not np.array_equal(output(True, 0), output(True, 1))
    assert np.array_equal(output(False, 0), output(False, 1))


def test_a_model_file_is_the_same_as_a_list(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(TOML)
    network = build_network(read_model(path), (1, 28, 28), 10, np.random.default_rng(3))
    assert np.array_equal(network.values, build("seed", seed=3).values)


TOML = """layers = [
  { layer = "conv2d", outputs = 4, kernel_size = [3, 3] },
  "relu",
  { layer = "max_pool2d", kernel_size = 2 },
  "flatten",
  { layer = "linear", outputs = "classes" },
]
"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"layers = [", "is not TOML: "),
        (b"\xff", "is not TOML: "),
        (b"", "should have a list `layers` and nothing else, but has nothing"),
        (b"layers = []\nname = 1", "should have a list `layers` and nothing else, but has layers, name"),
        (b"layers = 3", "the layers must be a list, but are a int"),
        (b"layers = []", "has no layers"),
    ],
)
def test_a_file_that_is_no_model(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(TrainingError) as caught:
        read_model(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    path.unlink()
    with pytest.raises(TrainingError, match="cannot be read: No such file or directory"):
        read_model(path)


def test_initialisation_after_he() -> None:
    layers = MODELS["deep"](32)
    network = build_network(layers, (1, 28, 28), 10, np.random.default_rng(0), initialisation="he")
    for stage in network.stages:
        if stage.parameters:
            weight = stage.parameters["weight"]
            assert not stage.parameters["bias"].any()
            assert weight.std() == pytest.approx(np.sqrt(2 / weight[0].size), rel=0.1)


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


CONV = {"layer": "conv2d", "outputs": 4, "kernel_size": 3}
POOL = {"layer": "max_pool2d", "kernel_size": [2, 2]}


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [CONV],
            "layer 1 of the network, conv2d, is given 1 x 2 x 9 for an image of 1 x 2 x 9: `x` is too small: its "
            "padded H (=2) must be at least the dilated window (=3)",
        ),
        (
            ["relu", POOL, POOL],
            "layer 3 of the network, max_pool2d, is given 1 x 1 x 4 for an image of 1 x 2 x 9: `x` is too small: its "
            "padded H (=1) must be at least the dilated window (=2)",
        ),
        (
            [{"layer": "linear", "outputs": 10}],
            "model mine gives [1, 2, 10] for an image, but should give [10]; a `flatten` may be missing",
        ),
        (
            ["flatten", {**CONV, "kernel_size": 1}],
            "layer 2 of the network, conv2d, needs channels x height x width, but is given 18 for an image of "
            "1 x 2 x 9",
        ),
        (
            [{**CONV, "groups": 3, "kernel_size": 1}],
            "layer 1 of the network, conv2d, is given 1 x 2 x 9 for an image of 1 x 2 x 9: `groups` (=3) must divide "
            "the channels (=1)",
        ),
        (
            [{**POOL, "padding": 2}],
            "layer 1 of the network, max_pool2d, is given 1 x 2 x 9 for an image of 1 x 2 x 9: `padding` "
            "(=(2, 2)) must be at most half of `kernel_size` (=(2, 2))",
        ),
        (
            ["flatten", "scaled_dot_product_attention"],
            "layer 2 of the network, scaled_dot_product_attention, needs a sequence of rows (length, width), but is "
            "given 18 for an image of 1 x 2 x 9",
        ),
        (
            [{"layer": "flatten", "end_dim": 2}, {"layer": "scaled_dot_product_attention", "heads": 2}],
            "layer 2 of the network, scaled_dot_product_attention, needs a query, a key and a value for 2 heads beside "
            "each other, which 3 x 2 divides, but is given 2 x 9 for an image of 1 x 2 x 9",
        ),
        (
            [{"residual": ["flatten", {"layer": "linear", "outputs": 10}]}],
            "the residual from layer 1 to layer 2 of the network gives 10, but should give 1 x 2 x 9, as it is given",
        ),
        (["flatten"], "model mine gives [18] for an image, but should give [10]"),
        ([], "model mine: has no layers"),
        ("relu", "model mine: the layers must be a list, but are a str"),
        (["rely"], "layer 1 of the network: the contract has no layer rely; did you mean relu?"),
        (["relu", 3], "layer 2 of the network must be a name or a table with `layer`, but is 3"),
        (["cross_entropy"], "layer 1 of the network, cross_entropy, is a loss: training adds it behind the network"),
        (["linear"], "layer 1 of the network, linear, lacks outputs"),
        (["softmax", "adaptive_avg_pool2d"], "layer 2 of the network, adaptive_avg_pool2d, lacks output_size"),
        (
            [{**CONV, "kernel": 3}],
            "layer 1 of the network, conv2d, has no argument 'kernel'; it has stride, padding, dilation, groups, "
            "outputs, kernel_size, bias",
        ),
        (
            [{**CONV, "outputs": 0}],
            "layer 1 of the network, conv2d: `outputs` must be an int of at least 1, got 0",
        ),
        ([{**CONV, "bias": 1}], "layer 1 of the network, conv2d: `bias` must be true or false, got 1"),
        (
            [{**CONV, "padding": [1]}],
            "layer 1 of the network, conv2d, is given 1 x 2 x 9 for an image of 1 x 2 x 9: `padding` must be a pair of "
            "ints (height, width), got (1,)",
        ),
        (
            [{**CONV, "kernel_size": 1, "stride": 0}],
            "layer 1 of the network, conv2d, is given 1 x 2 x 9 for an image of 1 x 2 x 9: `stride` (=(0, 0)) must be "
            "at least 1 in both directions",
        ),
        (
            [{**CONV, "kernel_size": [3]}],
            "layer 1 of the network, conv2d: `kernel_size` must be 2 ints of at least 1, got (3,)",
        ),
        (
            [{"layer": "flatten", "start_dim": 0}],
            "layer 1 of the network, flatten, must leave the batch alone, but is given 1 x 2 x 9 for an image of "
            "1 x 2 x 9",
        ),
        (
            [{**CONV, "layer": "conv_transpose2d", "groups": 3}],
            "layer 1 of the network, conv_transpose2d, is given 1 x 2 x 9 for an image of 1 x 2 x 9: `groups` (=3) "
            "must divide the outputs (=4)",
        ),
    ],
)
def test_layers_that_cannot_follow(layers: Any, message: str) -> None:
    with pytest.raises(TrainingError) as caught:
        build_network(layers, (1, 2, 9), 10, np.random.default_rng(0), name="mine")
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
