"""The hooks of the command line: packages add commands, plugins prepare themselves."""

import click

from layerproof.markers import hookspec


@hookspec
def layerproof_register_commands(cli: click.Group) -> None:
    """Add click commands to ``cli`` with ``cli.add_command``.

    A package offers the module that implements this hook in the entry-point group ``layerproof.commands``. That
    module is imported each time that ``layerproof`` starts, so it should import nothing heavy before a command runs.
    """


@hookspec
def layerproof_warm() -> None:
    """Do in advance what would delay the first call of a layer, such as compiling for every dtype.

    A plugin that has nothing to prepare leaves it out. It may report progress on standard error. Called by
    `layerproof plugins --warm`.
    """
