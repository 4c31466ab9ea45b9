"""The plugin set asks one plugin at a time, shows what is declined, and sends backward to whoever answered forward."""

import numpy as np
import pytest

from layerproof import NotSupportedError, PluginDeclinedWarning, PluginError, PluginSet

X = np.array([[-1.0, 2.0], [3.0, -4.0]], np.float32)
TEMPLATE = """
import numpy as np
from layerproof import hookimpl

@hookimpl
def relu_forward(x):
    {condition}
    return np.maximum(x, 0), "{name}"

@hookimpl
def relu_backward(grad_output, saved):
    assert saved == "{name}", saved
    return (grad_output * {factor},)
"""


@pytest.fixture
def write(tmp_path):
    def written(name, condition="", factor=1, text=TEMPLATE):
        path = tmp_path / f"{name}.py"
        path.write_text(text.format(name=name, condition=condition or "pass", factor=factor))
        return str(path)

    return written


def test_forward_and_backward():
    plugins = PluginSet(["reference"])
    output, saved = plugins.forward("relu", x=X)
    np.testing.assert_array_equal(output, np.maximum(X, 0))
    (gradient,) = plugins.backward(X, saved, (True,))
    np.testing.assert_array_equal(gradient, np.where(X > 0, X, 0))
    assert plugins.served == {("relu", "reference"): 1}


def test_the_first_that_implements_a_layer_answers(write):
    plugins = PluginSet([write("one"), "reference"])
    assert plugins.implementations("relu")[0].endswith("one.py")
    assert plugins.implementations("flatten") == ("reference",)


def test_a_choice_per_layer_goes_first(write):
    chosen = write("chosen")
    plugins = PluginSet(["reference"], use={"relu": chosen})
    assert plugins.implementations("relu") == (chosen, "reference")


def test_declined_falls_to_the_next_and_is_shown(write):
    shy = write("shy", "return None if x.dtype == np.float64 else (np.maximum(x, 0), 'shy')")
    plugins = PluginSet([shy, "reference"])
    with pytest.warns(PluginDeclinedWarning, match="shy.py declines relu x=float64"):
        plugins.forward("relu", x=X.astype(np.float64))
    plugins.forward("relu", x=X.astype(np.float64))  # said once, counted twice
    plugins.forward("relu", x=X)
    assert list(plugins.declined.values()) == [2]
    assert plugins.served == {("relu", "reference"): 2, ("relu", shy): 1}


def test_strict_makes_declining_an_error(write):
    plugins = PluginSet([write("shy", "return None"), "reference"], strict=True)
    with pytest.raises(NotSupportedError, match="declines relu"):
        plugins.forward("relu", x=X)


def test_all_decline(write):
    with pytest.raises(NotSupportedError, match="declined by"):
        PluginSet([write("shy", "return None")]).forward("relu", x=X)


def test_backward_goes_to_whoever_answered_forward(write):
    shy = write("shy", "return None if len(x) == 2 else (np.maximum(x, 0), 'shy')", factor=10)
    other = write("other", factor=100)
    plugins = PluginSet([shy, other])
    with pytest.warns(PluginDeclinedWarning):
        _, saved_by_other = plugins.forward("relu", x=X)
    _, saved_by_shy = plugins.forward("relu", x=X[:1])
    assert plugins.backward(X, saved_by_other, (True,))[0][0, 0] == -100
    assert plugins.backward(X, saved_by_shy, (True,))[0][0, 0] == -10


def test_what_the_signature_leaves_out_is_asked_with_its_neutral_value_only(tmp_path):
    path = tmp_path / "plain.py"
    path.write_text(
        "from layerproof import hookimpl\n"
        "@hookimpl\ndef conv2d_forward(x, weight):\n    return x, None\n"
        "@hookimpl\ndef conv2d_backward(grad_output, saved):\n    return (None, None, None)\n"
    )
    plugins = PluginSet([str(path)])
    image, kernel = np.zeros((1, 1, 4, 4), np.float32), np.zeros((1, 1, 1, 1), np.float32)
    neutral = {"bias": None, "stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}
    plugins.forward("conv2d", x=image, weight=kernel, **neutral)
    with pytest.raises(NotSupportedError, match=r"stride=\(2,1\)"):
        plugins.forward("conv2d", x=image, weight=kernel, **{**neutral, "stride": (2, 1)})
    with pytest.raises(NotSupportedError):
        plugins.forward("conv2d", x=image, weight=kernel, **{**neutral, "bias": np.zeros(1, np.float32)})


def test_invalid_arguments_never_reach_a_plugin(write):
    plugins = PluginSet([write("never", "raise AssertionError('was asked')")])
    with pytest.raises(ValueError, match=r"`x`\.dtype \(=int64\)"):
        plugins.forward("relu", x=np.zeros(3, np.int64))


def test_hook_wrappers_surround_every_plugin(write, tmp_path):
    wrapper = tmp_path / "watch.py"
    wrapper.write_text(
        "from layerproof import hookimpl\nseen = []\n"
        "@hookimpl(wrapper=True)\ndef relu_forward(x):\n"
        "    result = yield\n    seen.append(x.shape)\n    return result\n"
    )
    plugins = PluginSet([str(wrapper), write("one")])
    plugins.forward("relu", x=X)
    assert plugins.plugins[0].module.seen == [(2, 2)]
    assert plugins.implementations("relu")[0].endswith("one.py")


@pytest.mark.parametrize("result", ["x", "[x, None]", "(x, None, None)"])
def test_forward_of_the_wrong_form(write, result):
    plugins = PluginSet([write("odd", f"return {result}")])
    with pytest.raises(PluginError, match=r"should return \(output, saved\)"):
        plugins.forward("relu", x=X)


def test_backward_of_the_wrong_form(write):
    plugins = PluginSet([write("odd", factor="1,) + (None")])
    _, saved = plugins.forward("relu", x=X)
    with pytest.raises(PluginError, match="should return a tuple with the gradient of x"):
        plugins.backward(X, saved, (True,))


def test_backward_that_is_not_there(write):
    plugins = PluginSet(
        [write("half", text=TEMPLATE.replace("def relu_backward", "def _").replace("@hookimpl\ndef _", "def _"))]
    )
    _, saved = plugins.forward("relu", x=X)
    with pytest.raises(PluginError, match="implements relu_forward, but not relu_backward"):
        plugins.backward(X, saved, (True,))


def test_unknown_layer_suggests_a_near_one():
    with pytest.raises(PluginError, match="did you mean conv2d"):
        PluginSet(["reference"], use={"conv2": "reference"})
    with pytest.raises(PluginError, match="did you mean relu"):
        PluginSet(["reference"]).forward("rellu", x=X)


def test_a_choice_that_does_not_implement_the_layer(write):
    with pytest.raises(PluginError, match="does not implement conv2d; it has relu"):
        PluginSet(["reference"], use={"conv2d": write("one")})


def test_a_set_without_the_layer(write):
    with pytest.raises(NotSupportedError, match="no plugin of the set implements flatten"):
        PluginSet([write("one")]).forward("flatten", x=X, start_dim=0, end_dim=-1)


def test_the_same_plugin_twice_is_asked_once():
    assert PluginSet(["reference", "reference"], use={"relu": "reference"}).implementations("relu") == ("reference",)


SIGNATURES = {
    "plain": "@hookimpl\ndef relu_forward(x):\n    return np.maximum(x, 0), None\n",
    "positional only": "@hookimpl\ndef relu_forward(x, /):\n    return np.maximum(x, 0), None\n",
    "wrapped": """
def wrapped(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)
    return hookimpl(wrapper)

@wrapped
def relu_forward(x):
    return np.maximum(x, 0), None
""",
    "wrapped under another signature": """
def wrapped(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)
    wrapper.__signature__ = inspect.signature(function)
    return hookimpl(wrapper)

@wrapped
def relu_forward(x):
    return np.maximum(x, 0), None
""",
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_hooks_with_any_signature_are_called(tmp_path, kind):
    path = tmp_path / "mine.py"
    path.write_text(
        "import functools, inspect\nimport numpy as np\nfrom layerproof import hookimpl\n"
        f"{SIGNATURES[kind]}\n@hookimpl\ndef relu_backward(grad_output):\n    return (grad_output,)\n"
    )
    output, _ = PluginSet([str(path)]).forward("relu", x=X)
    np.testing.assert_array_equal(output, np.maximum(X, 0))
