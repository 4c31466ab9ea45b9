"""The two decorators of the specification."""

import pluggy

PROJECT = "layerproof"

hookspec = pluggy.HookspecMarker(PROJECT)
"""Marks a function as a hook of the contract."""

hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of a hook of the same name."""
