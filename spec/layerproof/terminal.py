"""What commands print on."""

from rich.console import Console

from layerproof.exit_status import BROKEN_PIPE


class Terminal(Console):
    """A console whose commands end quietly when nobody reads on, as after ``| head``, and not as if they had failed."""

    def on_broken_pipe(self) -> None:
        """End the command; called by rich."""
        try:
            super().on_broken_pipe()
        except SystemExit:
            raise SystemExit(BROKEN_PIPE) from None
