import copy
from typing import Any

import numpy as np
import pytest
from sample_arguments import SAMPLES

import layerproof_reference
from layerproof import PluginSet, find_layers

STEP = 1e-5


def forward(plugins: PluginSet, layer: str, arguments: dict[str, Any]) -> tuple[Any, Any]:
    # a fresh copy, because dropout's generator is moved on by each call
    output, saved = plugins.forward(layer, **copy.deepcopy(arguments))
    return (output[0] if isinstance(output, tuple) else output), saved


@pytest.mark.parametrize("layer", find_layers())
def test_reference_agrees_with_finite_differences(layer: str) -> None:
    plugins = PluginSet([layerproof_reference])
    if not plugins.implementations(layer):
        pytest.skip(f"the reference has no {layer}")
    assert layer in SAMPLES, f"{layer} needs an entry in sample_arguments.py"
    for arguments in SAMPLES[layer]:
        check_gradients(plugins, layer, arguments)


def check_gradients(plugins: PluginSet, layer: str, arguments: dict[str, Any]) -> None:
    names = find_layers()[layer].differentiable
    output, saved = forward(plugins, layer, arguments)
    grad_output = np.random.default_rng(1).standard_normal(output.shape)
    gradients = plugins.backward(grad_output, saved, (True,) * len(names))
    for name, gradient in zip(names, gradients, strict=True):
        value = arguments[name]
        if value is None:
            assert gradient is None
            continue
        expected = np.empty(value.shape)
        for place in np.ndindex(value.shape):
            lower, upper = value.copy(), value.copy()
            lower[place] -= STEP
            upper[place] += STEP
            change = (
                forward(plugins, layer, {**arguments, name: upper})[0]
                - forward(plugins, layer, {**arguments, name: lower})[0]
            )
            expected[place] = (grad_output * change).sum() / (upper[place] - lower[place])
        # the third derivative times STEP squared, and the rounding of the output divided by STEP, are both about 1e-10
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-7, err_msg=f"grad_{name} of {layer}")
