"""A layer with two outputs that have a gradient each, judged through the same doors as every other layer."""

import sys

import pytest

import layerproof.layers
import layerproof_conformance.layers
from layerproof import find_layers, load_plugin
from layerproof_conformance import check
from layerproof_conformance.layers import find_layer_judge

SPECIFICATION = '''
"""sum_and_product: Two arrays, added and multiplied."""

from layerproof.markers import hookspec

ARGUMENTS = {"x": "N D", "y": "N D"}
OUTPUTS = {"total": "N D", "product": "N D", "largest": "N without gradient"}
DIFFERENTIABLE = ("x", "y")
NEUTRAL = {}


@hookspec(firstresult=True)
def sum_and_product_forward(x, y):
    """Return ((x + y, x * y, the largest of |y| in each row), saved)."""


@hookspec(firstresult=True)
def sum_and_product_backward(grad_output, saved, needs_input_grad):
    """Return (grad_x, grad_y) for the pair of gradients of x + y and x * y."""
'''

JUDGE = """
import numpy as np

from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.types.case import Recipe

ATTRIBUTES = {}
X, Y = np.array([[1.0, -2.0]]), np.array([[3.0, 0.5]])
EXAMPLES = {"": {"x": X, "y": Y}}
EDGES = {
    "small": {"x": X, "y": Y},
    "zero_in_gradient": {"x": X, "y": Y, "grad_output": (np.array([[1.0, 2.0]]), np.array([[0.0, 3.0]]))},
}
MISTAKES = ()


def call(torch, x, y):
    return x + y, x * y, y.detach().abs().amax(dim=1)


def arrays(attributes, sampler):
    shape = (sampler.batch(3), sampler.length(1, 5))
    return {"x": sampler.recipe(shape), "y": sampler.recipe(shape)}


def trace(arithmetic, arguments, grad_output):
    x, y, of_total, of_product = map(arithmetic.exact, (arguments["x"], arguments["y"], *grad_output))
    return {
        "total": x + y,
        "product": x * y,
        "largest": arithmetic.exact(np.abs(arguments["y"]).max(axis=1)),
        "grad_x": of_total + of_product * y,
        "grad_y": of_total + of_product * x,
    }


BOUND = RunningError(trace)
"""

PLUGIN = """
import numpy as np
from layerproof import hookimpl

@hookimpl
def sum_and_product_forward(x, y):
    with np.errstate(all="ignore"):
        return (x + y, x * y, np.abs(y).max(axis=1)), (x, y)

@hookimpl
def sum_and_product_backward(grad_output, saved):
    of_total, of_product = grad_output
    x, y = saved
    with np.errstate(all="ignore"):
        return of_total + of_product * y, {grad_y}
"""

CASE = "sum_and_product:edge:float32:small:C:seed=0"
ZERO_IN_GRADIENT = "sum_and_product:edge:float32:zero_in_gradient:C:seed=1"


@pytest.fixture
def plugin_with(tmp_path, monkeypatch):
    """A function that writes a plugin with an expression for grad_y; the layer itself exists in this test only."""
    for package, text in ((layerproof.layers, SPECIFICATION), (layerproof_conformance.layers, JUDGE)):
        folder = tmp_path / package.__name__
        folder.mkdir()
        (folder / "sum_and_product.py").write_text(text.lstrip())
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    clear_caches()

    def written(grad_y):
        path = tmp_path / "plugin.py"
        path.write_text(PLUGIN.format(grad_y=grad_y))
        return load_plugin(str(path)).module

    yield written
    monkeypatch.undo()
    clear_caches()
    for package in (layerproof.layers, layerproof_conformance.layers):
        sys.modules.pop(f"{package.__name__}.sum_and_product", None)


def clear_caches():
    find_layers.cache_clear()
    find_layer_judge.cache_clear()


def judged(plugin, case=None):
    return check(plugin, layers=["sum_and_product"], level="quick", case=case, seed=1, jobs=1, isolation="none")


def test_the_right_gradients_pass(plugin_with):
    run = judged(plugin_with("of_total + of_product * x"))
    assert run.failures == []
    assert run.verdict == "conforms"
    assert find_layers()["sum_and_product"].differentiable_outputs == ("total", "product")


@pytest.mark.parametrize("grad_y", ["of_total", "of_product * x", "of_product + of_total * x", "of_total + of_product"])
def test_a_wrong_use_of_either_gradient_fails(plugin_with, grad_y):
    (failure,) = judged(plugin_with(grad_y), CASE).failures
    assert failure.result == "grad_y"
    assert {"grad_output[0]", "grad_output[1]"} <= set(failure.minimal_case.values)


def test_writing_into_the_second_gradient_is_seen(plugin_with):
    with_sign_of_zero = "of_total + np.negative(of_product, out=of_product, where=of_product == 0) * x"
    (failure,) = judged(plugin_with(with_sign_of_zero), ZERO_IN_GRADIENT).failures
    assert "a hook changed the memory of grad_output[1]" in failure.message
