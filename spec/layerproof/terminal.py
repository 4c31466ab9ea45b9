"""The console on which commands print."""

from rich.console import Console

from layerproof.exit_status import BROKEN_PIPE


class Terminal(Console):
    """A console that ends a command quietly when its output is closed, as by ``| head``."""

    def on_broken_pipe(self) -> None:
        """End the command; called by rich."""
        try:
            super().on_broken_pipe()
        except SystemExit:
            raise SystemExit(BROKEN_PIPE) from None
