"""Errors that a user can cause; the text of each is one clear line."""


class LayerProofError(Exception):
    """The base of every error that a user can cause; the command line prints its text and exits with 2."""


class PluginError(LayerProofError):
    """A plugin cannot be found, cannot be loaded, or breaks the rules of the contract."""


class NotSupportedError(LayerProofError):
    """Every plugin asked has declined this configuration of a layer."""


class DataError(LayerProofError):
    """A data file is missing, malformed or not what it claims to be."""


class PluginDeclinedWarning(UserWarning):
    """A plugin declined a configuration and the next one answers instead."""
