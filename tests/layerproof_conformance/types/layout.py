"""The ways in which an array can lie in memory; every one of them is legal input to a plugin."""

from typing import Literal

Layout = Literal["C", "F", "negative", "strided", "offset", "transposed", "broadcast"]
LAYOUTS: tuple[Layout, ...] = ("C", "F", "negative", "strided", "offset", "transposed", "broadcast")
