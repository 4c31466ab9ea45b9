"""The hooks of the command line: packages add commands, plugins prepare themselves."""

import click

from layerproof.markers import hookspec


@hookspec
def layerproof_register_commands(cli: click.Group) -> None:
    """Add click commands to ``cli`` with ``cli.add_command``.

    A package offers the module that implements this hook in the entry-point group ``layerproof.commands``. That
    module should
    import nothing heavy before one of its commands runs: it is imported each time that ``layerproof`` starts.
    """


@hookspec
def layerproof_warm() -> None:
    """Do now what the first call of a layer would otherwise wait for, such as compiling for every dtype.

    A plugin that has nothing to prepare leaves it out. What takes long may be said on standard error. Called by
    `layerproof plugins --warm`.
    """
