"""Ask an ordered set of plugins, one at a time, and send each backward to the plugin that answered its forward."""

import difflib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import pluggy

from layerproof.errors import NotSupportedError, PluginDeclinedWarning, PluginError
from layerproof.layer import Layer
from layerproof.layers import find_layers
from layerproof.loading import HookManager, Plugin, load_plugin


class Saved(NamedTuple):
    """What a forward leaves for its backward: the implementation that answered, and its opaque value."""

    implementation: "LayerImplementation"
    value: Any


@dataclass(frozen=True, slots=True)
class LayerImplementation:
    """One plugin's two hooks for one layer, resolved once."""

    plugin: str
    layer: Layer
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    has_backward: bool
    unsupported_arguments: tuple[str, ...]

    def supports(self, arguments: Mapping[str, Any]) -> bool:
        """Whether every argument that its signature leaves out is neutral."""
        return not self.unsupported_arguments or all(
            self.layer.is_neutral(argument, arguments) for argument in self.unsupported_arguments
        )


class PluginSet:
    """Plugins in order of preference, with a choice per layer that goes before the order.

    Arguments:
        plugins: names of plugins (entry points, paths, modules) or imported modules; the first that does not decline
        answers.
        use: layer name to plugin, asked before all others for that layer.
        strict: raise NotSupportedError as soon as a plugin declines, instead of asking the next one.

    Raises PluginError when a plugin cannot be loaded, or is chosen for a layer that it does not implement.
    Hook wrappers (``@hookimpl(wrapper=True)``) of any plugin in the set surround the calls to all of them.

    ``served`` counts the forward calls by (layer, plugin); ``declined`` by (layer, plugin, configuration).
    """

    def __init__(
        self,
        plugins: Iterable[str | ModuleType],
        use: Mapping[str, str | ModuleType] | None = None,
        *,
        strict: bool = False,
    ) -> None:
        ordered = [load_plugin(plugin) for plugin in plugins]
        chosen = {layer: load_plugin(plugin) for layer, plugin in (use or {}).items()}
        self.plugins: tuple[Plugin, ...] = _without_repeats([*chosen.values(), *ordered])
        self.strict = strict
        self.served: Counter[tuple[str, str]] = Counter()
        self.declined: Counter[tuple[str, str, str]] = Counter()
        managers = {plugin.name: self._manager(plugin) for plugin in self.plugins}
        for choice, plugin in chosen.items():
            _check_choice(choice, plugin)
        self._implementations: dict[str, tuple[LayerImplementation, ...]] = {}
        for name, layer in find_layers().items():
            first = [chosen[name]] if name in chosen else []
            asked = _without_repeats([*first, *ordered])
            self._implementations[name] = tuple(
                _layer_implementation(plugin, layer, managers[plugin.name]) for plugin in asked if name in plugin.layers
            )

    def _manager(self, implementation: Plugin) -> HookManager:
        manager = HookManager(implementation.module)
        for plugin in self.plugins:
            manager.register(plugin.module, name=plugin.name)
        return manager

    def implementations(self, layer: str) -> tuple[str, ...]:
        """The names of the plugins that implement a layer, in the order in which they are asked."""
        return tuple(implementation.plugin for implementation in self._of(layer))

    def unsupported_arguments(self, layer: str) -> tuple[str, ...]:
        """The arguments that the plugin asked first for a layer leaves out of its signature."""
        return self._of(layer)[0].unsupported_arguments

    def forward(self, layer: str, **arguments: Any) -> tuple[Any, Saved]:
        """Validate the arguments, ask the plugins in order, return ``(output, saved)`` of the first that answers.

        Raises ValueError for invalid arguments, NotSupportedError when all decline, and PluginError when a hook's
        result has the wrong form.
        """
        asked = self._of(layer)
        if not asked:
            names = ", ".join(plugin.name for plugin in self.plugins) or "none at all"
            raise NotSupportedError(f"no plugin of the set implements {layer}: the set has {names}")
        asked[0].layer.validate(**arguments)
        for position, implementation in enumerate(asked):
            result = implementation.forward(**arguments) if implementation.supports(arguments) else None
            if result is None:
                self._note_declined(implementation, arguments, asked[position + 1 :])
                continue
            if type(result) is not tuple or len(result) != 2:
                raise PluginError(
                    f"plugin {implementation.plugin}: {layer}_forward returned {_described(result)}, "
                    "but should return (output, saved)"
                )
            self.served[layer, implementation.plugin] += 1
            return result[0], Saved(implementation, result[1])
        raise NotSupportedError(
            f"{layer} {configuration(asked[0].layer, arguments)}: declined by {', '.join(a.plugin for a in asked)}"
        )

    def backward(self, grad_output: Any, saved: Saved, needs_input_grad: Sequence[bool]) -> tuple[Any, ...]:
        """Ask the plugin that answered the forward for its gradients, one per differentiable argument.

        ``grad_output`` is one array, or where several outputs have a gradient a tuple of an array for each of them.
        """
        implementation = saved.implementation
        hook = implementation.layer.hooks[1]
        if not implementation.has_backward:
            raise PluginError(
                f"plugin {implementation.plugin}: implements {implementation.layer.hooks[0]}, but not {hook}"
            )
        gradients = implementation.backward(
            grad_output=grad_output, saved=saved.value, needs_input_grad=tuple(needs_input_grad)
        )
        expected = implementation.layer.differentiable
        if not isinstance(gradients, tuple) or len(gradients) != len(expected):
            raise PluginError(
                f"plugin {implementation.plugin}: {hook} returned {_described(gradients)}, but should return a tuple "
                f"with the gradient of {', '.join(expected)}"
            )
        return gradients

    def _of(self, layer: str) -> tuple[LayerImplementation, ...]:
        try:
            return self._implementations[layer]
        except KeyError:
            raise unknown_layer(layer) from None

    def _note_declined(
        self, implementation: LayerImplementation, arguments: Mapping[str, Any], rest: Sequence[LayerImplementation]
    ) -> None:
        key = implementation.layer.name, implementation.plugin, configuration(implementation.layer, arguments)
        self.declined[key] += 1
        if self.strict:
            raise NotSupportedError(
                f"plugin {implementation.plugin} declines {key[0]} {key[2]}, and the plugin set is strict"
            )
        if rest and self.declined[key] == 1:
            message = f"plugin {implementation.plugin} declines {key[0]} {key[2]}; {rest[0].plugin} is asked instead"
            warnings.warn(message, PluginDeclinedWarning, stacklevel=3)


def unknown_layer(name: str) -> PluginError:
    """The error for a layer that the contract does not have."""
    near = difflib.get_close_matches(name, find_layers(), 1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(find_layers())}"
    return PluginError(f"the contract has no layer {name}; {hint}")


def configuration(layer: Layer, arguments: Mapping[str, Any]) -> str:
    """Describe a call in one line: attributes by value, arrays by dtype and shape."""
    return " ".join(f"{name}={_short(arguments[name])}" for name in layer.arguments if name in arguments)


def _short(value: Any) -> str:
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype}{list(value.shape)}"
    return str(value).replace(" ", "")


def _described(result: Any) -> str:
    if isinstance(result, tuple):
        return f"a tuple of {len(result)}"
    return f"{type(result).__name__}"


def _check_choice(layer: str, plugin: Plugin) -> None:
    if layer not in find_layers():
        raise unknown_layer(layer)
    if layer not in plugin.layers:
        raise PluginError(
            f"plugin {plugin.name} does not implement {layer}; it has {', '.join(plugin.layers) or 'no layer'}"
        )


def _layer_implementation(plugin: Plugin, layer: Layer, manager: HookManager) -> LayerImplementation:
    forward, backward = (getattr(manager.hook, hook) for hook in layer.hooks)
    implementations = [
        impl
        for impl in forward.get_hookimpls()
        if impl.plugin is plugin.module and not (impl.wrapper or impl.hookwrapper)
    ]
    taken = set(implementations[0].argnames)
    has_backward = any(
        impl.plugin is plugin.module and not (impl.wrapper or impl.hookwrapper) for impl in backward.get_hookimpls()
    )
    unsupported_arguments = tuple(argument for argument in layer.neutral if argument not in taken)
    return LayerImplementation(
        plugin.name, layer, _direct(forward), _direct(backward), has_backward, unsupported_arguments
    )


def _direct(caller: pluggy.HookCaller) -> Callable[..., Any]:
    """The only implementation of a hook, without pluggy in each call; the caller itself where wrappers surround it."""
    implementations = caller.get_hookimpls()
    if len(implementations) != 1:
        return caller
    function, names = implementations[0].function, implementations[0].argnames
    if isinstance(function, FunctionType) and caller.spec is not None and _named(function) >= {*caller.spec.argnames}:
        return function

    def call(**arguments: Any) -> Any:
        return function(*[arguments[name] for name in names])

    return call


def _named(function: FunctionType) -> set[str]:
    """What the function itself, whatever it wraps, takes by name and by position alike."""
    code = function.__code__
    return {*code.co_varnames[code.co_posonlyargcount : code.co_argcount]}


def _without_repeats(plugins: Iterable[Plugin]) -> tuple[Plugin, ...]:
    return tuple({id(plugin.module): plugin for plugin in plugins}.values())
