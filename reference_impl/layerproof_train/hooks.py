"""Call the hooks of a plugin set; an error names the plugin and what it did wrong in one line."""

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from layerproof import LayerProofError, PluginSet, Saved, find_layers
from layerproof_train.errors import TrainingError


def forward(
    plugins: PluginSet, layer: str, arguments: Mapping[str, Any], shapes: Sequence[tuple[int, ...]], dtype: Any
) -> tuple[tuple[Any, ...], Saved]:
    """Compute one layer, whose outputs should have these shapes and this dtype."""
    try:
        output, saved = plugins.forward(layer, **arguments)
    except LayerProofError:
        raise
    except (Exception, SystemExit) as error:  # a plugin may raise anything
        _check_valid(layer, arguments)
        raise _raised(plugins, f"{layer}_forward", error, plugins.implementations(layer)) from error
    names = saved.implementation.layer.outputs
    who = f"plugin {saved.implementation.plugin}"
    if len(names) == 1:
        check_array(f"{who}: output of {layer}_forward", output, shapes[0], dtype)
        return (output,), saved
    if type(output) is not tuple or len(output) != len(names):
        raise TrainingError(f"{who}: output of {layer}_forward should be a tuple of {', '.join(names)}")
    for name, value, shape in zip(names, output, shapes, strict=True):
        check_array(f"{who}: {name} of {layer}_forward", value, shape, dtype)
    return output, saved


def backward(plugins: PluginSet, grad_output: Any, saved: Saved, needs_input_grad: Sequence[bool]) -> tuple[Any, ...]:
    """Compute the gradients of one layer."""
    try:
        return plugins.backward(grad_output, saved, needs_input_grad)
    except LayerProofError:
        raise
    except (Exception, SystemExit) as error:
        raise _raised(plugins, saved.implementation.layer.hooks[1], error, (saved.implementation.plugin,)) from error


def _check_valid(layer: str, arguments: Mapping[str, Any]) -> None:
    """Raise TrainingError if it was the contract that refused the arguments: a batch of one, say, in batch_norm."""
    try:
        find_layers()[layer].validate(**arguments)
    except ValueError as error:
        raise TrainingError(f"{layer} cannot take this batch: {error}") from error


def check_array(name: str, value: Any, shape: tuple[int, ...], dtype: Any) -> None:
    """Require an array (or a NumPy scalar, which a loss may be) of this shape and dtype."""
    if getattr(value, "shape", None) != shape or value.dtype != dtype:
        form = f"{value.dtype}{list(value.shape)}" if hasattr(value, "shape") else type(value).__name__
        raise TrainingError(f"{name} is {form}, but should be {dtype}{list(shape)}")


def _raised(plugins: PluginSet, hook: str, error: BaseException, asked: Sequence[str]) -> TrainingError:
    names = {plugin.module.__name__: plugin.name for plugin in plugins.plugins}
    modules = [f"{frame.f_globals.get('__name__', '')}." for frame, _ in traceback.walk_tb(error.__traceback__)]
    passed = [name for module in modules for start, name in names.items() if module.startswith(f"{start}.")]
    # the plugin that was asked, or one whose code it called; else a hook wrapper of another plugin
    culprits = [*(name for name in passed if name in asked), *passed, *(asked if len(asked) == 1 else ())]
    last = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(f"{type(error).__name__}: {error}".split())
    who = f"plugin {culprits[0]}: " if culprits else ""
    return TrainingError(f"{who}{hook} raised {text.rstrip(':')} ({Path(last.filename).name}, line {last.lineno})")
