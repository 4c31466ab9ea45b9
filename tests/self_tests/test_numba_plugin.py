"""What the numba plugin promises beside right results: a quick start, word of what it compiles, nothing changed."""

import importlib
import pkgutil
import subprocess
import sys

import numpy as np
import pytest

from layerproof import PluginSet
from layerproof.chain.models import FILTERS, MODELS

pytest.importorskip("numba", reason="numba is not installed: pip install 'layerproof[numba]'")


def test_numba_is_imported_when_a_layer_is_called():
    program = "import sys, layerproof; layerproof.PluginSet(['numba']); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_compiling_is_announced_on_standard_error_only_and_once(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    program = """
import numpy, layerproof
output, saved = layerproof.PluginSet(["numba"]).forward("relu", x=numpy.ones(3, "float32"))
print(output)
"""
    first, second = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True) for _ in range(2)
    )
    assert first.stdout == second.stdout == "[1. 1. 1.]\n"
    assert "compiling relu (forward, float32), once" in first.stderr
    assert second.stderr == ""


def test_threads_are_as_before():
    import numba

    plugins = PluginSet(["numba"])
    plugins.forward("relu", x=np.ones(3, np.float32))  # from here on OMP_NUM_THREADS holds for Numba too
    before = numba.get_num_threads()
    for size in (3, 200_000):
        _, saved = plugins.forward("relu", x=np.ones(size, np.float32))
        plugins.backward(np.ones(size, np.float32), saved, (True,))
        assert numba.get_num_threads() == before


def convolved(x, weight, grad_output):
    plugins = PluginSet(["numba"])
    _, saved = plugins.forward(
        "conv2d", x=x, weight=weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1
    )
    return plugins.backward(grad_output, saved, (True, True, False))


@pytest.mark.parametrize("place", ["x", "weight"])
def test_a_gradient_of_zero_still_meets_an_infinity(place):
    rng = np.random.default_rng(0)
    given = {
        "x": rng.standard_normal((2, 16, 6, 6)).astype(np.float32),
        "weight": rng.standard_normal((3, 16, 3, 3)).astype(np.float32),
    }
    grad_output = np.zeros((2, 3, 4, 4), np.float32)
    given[place][1, 2, 1, 1] = np.inf
    grad_x, grad_weight, _ = convolved(given["x"], given["weight"], grad_output)
    spoilt = grad_weight if place == "x" else grad_x
    assert np.isnan(spoilt[:, 2]).any()
    assert not np.isnan(spoilt[:, 3]).any()


def layers_of(model):
    for layer in model:
        if "residual" in layer:
            yield from layers_of(layer["residual"])
        else:
            yield layer if isinstance(layer, str) else layer["layer"]


@pytest.mark.parametrize("name", MODELS)
def test_every_layer_of_the_models_is_there(name):
    assert {*layers_of(MODELS[name](FILTERS[name]))} <= {*PluginSet(["numba"]).plugins[0].layers}


def test_warming_up_knows_every_kernel():
    from layerproof_numba import _compiled
    from layerproof_numba._compile import SHARED
    from layerproof_numba._compiled.kernel import Kernel

    modules = {module.name for module in pkgutil.iter_modules(_compiled.__path__)}
    assert {*SHARED} <= modules
    for name in modules - {*SHARED}:
        loops = importlib.import_module(f"{_compiled.__name__}.{name}")
        assert {*loops.KERNELS} == {one for one, value in vars(loops).items() if isinstance(value, Kernel)}


@pytest.mark.parametrize("generator", [np.random.PCG64, np.random.MT19937])
@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 5000, 70_000])
def test_dropout_draws_as_numpy_does(size, generator):
    ours, other = (np.random.Generator(generator(size)) for _ in range(2))
    for rng in (ours, other):
        rng.integers(9, dtype=np.uint32)  # leaves the other half of a number for later
    for p in (0.0, 0.1, 0.5, 1.0):
        output, _ = PluginSet(["numba"]).forward("dropout", x=np.ones(size), p=p, training=True, rng=ours)
        assert np.array_equal(output != 0, other.random(size) >= p)
        assert str(ours.bit_generator.state) == str(other.bit_generator.state)


def test_a_variance_is_right_beside_an_outlier_that_comes_first():
    x = np.random.default_rng(0).standard_normal((64, 2, 28, 28)).astype(np.float32)
    x[0, :, 0, 0] = 3e4
    neither = {"weight": None, "bias": None, "momentum": 1.0, "eps": 1e-5}
    statistics = {"running_mean": np.zeros(2, np.float32), "running_var": np.ones(2, np.float32)}
    (_, mean, variance), _ = PluginSet(["numba"]).forward("batch_norm", x=x, training=True, **statistics, **neither)
    exact = x.astype(np.float64)
    assert np.allclose(mean, exact.mean((0, 2, 3)), rtol=2e-7)
    assert np.allclose(variance, exact.var((0, 2, 3), ddof=1), rtol=2e-7)
