"""What the numba plugin promises beside right results: a quick start, word of what it compiles, nothing changed."""

import subprocess
import sys

import numpy as np
import pytest

from layerproof import PluginSet

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


def test_threads_and_environment_are_as_before():
    import numba

    plugins = PluginSet(["numba"])
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
