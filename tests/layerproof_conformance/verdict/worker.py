"""What runs in a worker process: load the plugin, put each request to it, and record what comes back.

No torch, no expected values, no tolerances here: nothing that a plugin could read, and nothing that it could change,
decides a verdict.
"""

import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pluggy
from numpy.typing import NDArray

import layerproof
from layerproof import NotSupportedError, PluginError, PluginSet
from layerproof_conformance.verdict.call_sequence import CallSequence
from layerproof_conformance.verdict.exchange import (
    Answer,
    Description,
    Request,
    Violation,
)
from layerproof_conformance.verdict.global_state import GlobalState
from layerproof_conformance.verdict.guarded_inputs import GuardedInputs

Array = NDArray[Any]


def describe(plugins: PluginSet) -> Description:
    """Say which layers the plugin implements, and which arguments it leaves out of its signatures."""
    plugin = plugins.plugins[0]
    unsupported_arguments = {layer: plugins.unsupported_arguments(layer) for layer in plugin.layers}
    return Description(plugin.name, plugin.version, plugin.layers, unsupported_arguments)


def answer(plugins: PluginSet, request: Request) -> Answer:
    """Put one request to the plugin; whatever the plugin raises becomes part of the answer."""
    result, changes, after = _observed(plugins, request)
    if changes:  # a late import may set something up once; an effect of the hook itself comes back
        changes = _observed(plugins, request)[1]
        if not changes:
            after.restore()  # what was imported may rely on what it set up
    result.violations += [Violation("global state", message) for message in changes]
    return result


def _observed(plugins: PluginSet, request: Request) -> tuple[Answer, list[str], GlobalState]:
    result = Answer()
    before = GlobalState.read()
    started = time.perf_counter()
    try:
        CallSequence(plugins, request, result).run()
    except NotSupportedError as error:
        result.status, result.message = "declined", str(error)
        if result.observations:
            result.violations.append(
                Violation("declines by value", f"answered this configuration before, then {error}")
            )
        elif _answers_harmless_values(plugins, request):
            message = f"answers this configuration for harmless values, but {error}"
            result.violations.append(Violation("declines by value", message))
    except BaseException as error:  # a plugin may raise anything, SystemExit and KeyboardInterrupt too
        result.status, result.message = "error", _one_line(error)
    result.seconds = time.perf_counter() - started
    after = GlobalState.read()
    changes = after.changes_since(before)
    if changes:
        before.restore()
    return result, changes, after


def _answers_harmless_values(plugins: PluginSet, request: Request) -> bool:
    """Whether a declined configuration is answered for ordinary numbers: values are no reason to decline."""
    harmless = {
        name: np.linspace(0.5, 1.5, value.size, dtype=value.dtype).reshape(value.shape)
        for name, value in request.first.arguments.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
    }
    inputs = replace(request.first, arguments={**request.first.arguments, **harmless})
    try:
        plugins.forward(request.layer, **GuardedInputs(inputs, request.readonly).arguments)
    except Exception:
        return False
    return True


def _one_line(error: BaseException) -> str:
    """What went wrong and where: in the plugin's own code, not in what it calls or is called by."""
    text = " ".join(str(error).split())[:500]
    if isinstance(error, PluginError):
        return text  # the contract is broken, and not a line of code
    frames = list(traceback.extract_tb(error.__traceback__))
    other_folders = [Path(module.__file__ or "").parent for module in (sys.modules[__name__], layerproof, np, pluggy)]
    plugin_frames = [
        frame for frame in frames if not any(folder in Path(frame.filename).parents for folder in other_folders)
    ]
    frame = (plugin_frames or frames)[-1]
    return f"{type(error).__name__}: {text} ({Path(frame.filename).name}, line {frame.lineno}, in {frame.name})"
