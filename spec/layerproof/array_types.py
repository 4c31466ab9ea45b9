"""Types that the signatures of hooks use."""

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
Window = tuple[int, ...]
"""One int for each axis along which a window moves: (height, width) in images."""
