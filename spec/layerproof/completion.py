"""Completion of plugin and layer names in a shell; click calls these functions while the user types."""

from click import Context, Parameter
from click.shell_completion import CompletionItem


def plugin_names(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """The installed plugins, or files."""
    from layerproof.loading import installed_plugins

    names = [CompletionItem(name) for name in installed_plugins() if name.startswith(incomplete)]
    return names or [CompletionItem(incomplete, type="file")]


def layer_names(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """The layers of the contract."""
    from layerproof.layers import find_layers

    return [CompletionItem(name) for name in find_layers() if name.startswith(incomplete)]


def uses(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """A plugin, or a layer and its plugin."""
    layer, equals, plugin = incomplete.partition("=")
    if not equals:
        layers = [CompletionItem(f"{item.value}=") for item in layer_names(context, parameter, incomplete)]
        return layers if layers and incomplete else plugin_names(context, parameter, incomplete)
    offered = plugin_names(context, parameter, plugin)
    return [CompletionItem(f"{layer}={item.value}", type=item.type) for item in offered]
