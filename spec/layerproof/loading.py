"""Find a plugin by name, import it, and refuse in one sentence what pluggy would silently accept."""

import difflib
import hashlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from layerproof import command_hooks
from layerproof.errors import PluginError
from layerproof.layer import Layer
from layerproof.layers import find_layers
from layerproof.markers import PROJECT


@dataclass(frozen=True)
class Plugin:
    """A loaded plugin: the name it was asked for by, its module, and the layers whose forward hook it has."""

    name: str
    version: str
    module: Any
    layers: tuple[str, ...]


class HookManager(pluggy.PluginManager):
    """A pluggy manager that knows the whole contract.

    With an ``implementation``, every other plugin takes part with its hook wrappers only.
    """

    def __init__(self, implementation: Any = None) -> None:
        super().__init__(PROJECT)
        self._layer_implementation = implementation
        for layer in find_layers().values():
            self.add_hookspecs(layer.module)
        self.add_hookspecs(command_hooks)

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        """Leave out implementations, but not wrappers, of plugins other than the one that answers."""
        options = super().parse_hookimpl_opts(plugin, name)
        if options is None or self._layer_implementation is None or plugin is self._layer_implementation:
            return options
        return options if options["wrapper"] or options["hookwrapper"] else None


def installed_plugins() -> dict[str, importlib.metadata.EntryPoint]:
    """The plugins that installed packages offer in the entry-point group ``layerproof``, by name."""
    return {entry.name: entry for entry in sorted(importlib.metadata.entry_points(group=PROJECT))}


def load_plugin(name: str | ModuleType) -> Plugin:
    """Load a plugin by entry point (``numba``), path (``my_layers.py``) or module (``my_package.layers``).

    An already imported module is taken as it is. Raises PluginError, whose text is one line, when there is no such
    plugin, when its import fails, or when a hook of it breaks the rules of the contract.
    """
    if isinstance(name, ModuleType):
        return _inspected(name.__name__, "", name)
    entry = installed_plugins().get(name)
    if entry is not None:
        version = entry.dist.version if entry.dist else ""
        return _inspected(name, version, _imported(name, entry.load))
    if name.endswith(".py") or os.sep in name or Path(name).is_dir():
        return _inspected(name, "", _module_from_path(name))
    return _inspected(name, "", _module_by_name(name))


def _imported(name: str, load: Any) -> Any:
    try:
        return load()
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        where = f" in {error.filename}, line {error.lineno}" if error.filename else ""
        raise PluginError(f"plugin {name}: syntax error{where}: {error.msg}") from error
    except BaseException as error:  # a plugin may raise anything, SystemExit too
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}, line {frame.lineno}"
        text = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"plugin {name}: its import fails with {text} ({where})") from error


def _module_by_name(name: str) -> Any:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        spec = None
    if spec is None:
        known = sorted(installed_plugins())
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"installed are {', '.join(known)}; a path ends in .py"
        raise PluginError(f"no plugin named {name}: neither an installed plugin nor an importable module; {hint}")
    return _imported(name, lambda: importlib.import_module(name))


def _module_from_path(name: str) -> Any:
    path = Path(name).expanduser().resolve()
    file = path / "__init__.py" if path.is_dir() else path
    if not file.is_file():
        raise PluginError(f"no plugin at {name}: there is no file {file}")
    module_name = f"layerproof_plugin_{path.stem}_{hashlib.sha256(str(file).encode()).hexdigest()[:8]}"
    if module_name in sys.modules:
        return sys.modules[module_name]
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None:
        raise PluginError(f"no plugin at {name}: {file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # so that a plugin can import the file beside it
    sys.modules[module_name] = module
    loader = spec.loader
    try:
        _imported(name, lambda: loader.exec_module(module))
    except BaseException:
        del sys.modules[module_name]
        raise
    return module


def _inspected(name: str, version: str, module: Any) -> Plugin:
    """Check a plugin for what pluggy would accept and then silently not call."""
    for hook, function, options in _implementations(module):
        _check_signature(name, hook, function, options)
    manager = HookManager()
    try:
        manager.register(module, name=name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"plugin {name}: {' '.join(str(error).split())}") from error
    layers = find_layers()
    answered = {hook for hook, _, options in _implementations(module) if not _wraps(options)}
    for layer in layers.values():
        forward, backward = layer.hooks
        if backward in answered and forward not in answered:
            raise PluginError(f"plugin {name}: implements {backward}, but not {forward}, so it would never be asked")
    _check_unmarked(name, module, layers)
    return Plugin(name, version, module, tuple(layer.name for layer in layers.values() if layer.hooks[0] in answered))


def _implementations(module: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each hook implementation of a plugin: the name of its hook, the function, pluggy's options."""
    manager = pluggy.PluginManager(PROJECT)
    for attribute in dir(module):
        options = manager.parse_hookimpl_opts(module, attribute)
        if options is not None:
            yield options.get("specname") or attribute, getattr(module, attribute), options


def _wraps(options: Any) -> bool:
    return bool(options["wrapper"] or options["hookwrapper"])


def _check_signature(name: str, hook: str, function: Any, options: Any) -> None:
    signature = inspect.signature(function)
    subject = f"plugin {name}: {function.__name__}{signature}"
    parameters = _hook_parameters()
    if hook not in parameters:
        if options["optionalhook"]:
            return
        near = difflib.get_close_matches(hook, parameters, 1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "`layerproof layers` lists them"
        raise PluginError(f"{subject} implements no hook of the contract; {hint}")
    allowed = parameters[hook]
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise PluginError(
                f"{subject}: {parameter} is never filled; name the arguments, out of {', '.join(allowed)}"
            )
        if parameter.default is not parameter.empty:
            raise PluginError(
                f"{subject}: the default of {parameter.name} would be used in place of the value that is asked "
                f"for; write {parameter.name} without a default, or leave it out to decline it"
            )
        if parameter.kind is parameter.KEYWORD_ONLY:
            raise PluginError(
                f"{subject}: {parameter.name} stands after `*` and would never be filled; make it a plain parameter"
            )
        if parameter.name not in allowed:
            near = difflib.get_close_matches(parameter.name, allowed, 1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(allowed)}"
            raise PluginError(f"{subject}: {hook} has no argument {parameter.name}; {hint}")
    layer = find_layers().get(hook.removesuffix("_forward"))
    if layer is not None and not _wraps(options):
        missing = [argument for argument in layer.required if argument not in signature.parameters]
        if missing:
            raise PluginError(f"{subject}: must take {', '.join(missing)}, which has no neutral value")


def _hook_parameters() -> dict[str, tuple[str, ...]]:
    """The parameters of every hook of the contract."""
    parameters: dict[str, tuple[str, ...]] = {"layerproof_register_commands": ("cli",), "layerproof_warm": ()}
    for layer in find_layers().values():
        forward, backward = layer.hooks
        parameters[forward] = layer.arguments
        parameters[backward] = ("grad_output", "saved", "needs_input_grad")
    return parameters


def _check_unmarked(name: str, module: Any, layers: dict[str, Layer]) -> None:
    marked = {hook for hook, _, _ in _implementations(module)}
    for layer in layers.values():
        for hook in layer.hooks:
            function = getattr(module, hook, None)
            if hook not in marked and inspect.isfunction(function):
                raise PluginError(f"plugin {name}: {hook}{inspect.signature(function)} lacks the decorator @hookimpl")
