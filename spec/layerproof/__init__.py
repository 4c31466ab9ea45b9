"""LayerProof's specification: the hooks of every layer, plugin loading, the plugin set and the command-line shell."""

from layerproof.errors import (
    DataError,
    LayerProofError,
    NotSupportedError,
    PluginDeclinedWarning,
    PluginError,
)
from layerproof.layer import Layer
from layerproof.layers import find_layers
from layerproof.loading import Plugin, installed_plugins, load_plugin
from layerproof.markers import hookimpl, hookspec
from layerproof.plugin_set import PluginSet, Saved

__all__ = [
    "SPEC_VERSION",
    "DataError",
    "Layer",
    "LayerProofError",
    "NotSupportedError",
    "Plugin",
    "PluginDeclinedWarning",
    "PluginError",
    "PluginSet",
    "Saved",
    "find_layers",
    "hookimpl",
    "hookspec",
    "installed_plugins",
    "load_plugin",
]

SPEC_VERSION = 1
