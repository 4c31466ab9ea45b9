"""The hook through which packages add commands to the command line."""

import click

from layerproof.markers import hookspec


@hookspec
def layerproof_register_commands(cli: click.Group) -> None:
    """Add click commands to ``cli`` with ``cli.add_command``.

    A package offers the module that implements this hook in the entry-point group ``layerproof.commands``. That
    module should
    import nothing heavy before one of its commands runs: it is imported each time that ``layerproof`` starts.
    """
