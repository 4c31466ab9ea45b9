"""Which of the many broken and unusual plugins a test run judges: a fixed sample, and one that changes with the run.

The second one depends on the rotation, a number below TURNS: any TURNS runs with all of them judge every plugin.
"""

import os
import subprocess
import zlib
from pathlib import Path

TURNS = 10
VARIABLE = "LAYERPROOF_ROTATION"
"""The environment variable with the number of the run; without it the number of commits counts."""


def rotation() -> int:
    """The number of the run modulo TURNS; 0 where there is neither the variable nor a git repository."""
    return int(os.environ.get(VARIABLE) or _commits()) % TURNS


def turn_of(name: str, one_in: int) -> int | None:
    """The rotation with which a plugin is judged; None for the fixed sample of one in so many, which always is."""
    turn, position = divmod(zlib.crc32(name.encode()), one_in)
    return turn % TURNS if position else None


def is_sampled(name: str, one_in: int) -> bool:
    """Whether this run judges the plugin."""
    return turn_of(name, one_in) in (None, rotation())


def _commits() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "rev-list", "--count", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "0"
