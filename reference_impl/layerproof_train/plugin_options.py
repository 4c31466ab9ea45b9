"""The values of the option ``--use``."""

from collections.abc import Sequence

import click


def parse_uses(uses: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Split the values of --use into plugins for all layers, in order, and plugins for one layer."""
    ordered: list[str] = []
    chosen: dict[str, str] = {}
    for use in uses:
        layer, equals, plugin = use.partition("=")
        if not (equals and layer.isidentifier()):  # a path may contain =
            layer, plugin = "", use
        if not plugin:
            raise click.BadParameter(f"{use!r} names no plugin", param_hint="'--use'")
        if layer in chosen:
            raise click.BadParameter(f"{layer} is given to {chosen[layer]} and to {plugin}", param_hint="'--use'")
        if layer:
            chosen[layer] = plugin
        else:
            ordered.append(plugin)
    return ordered, chosen
