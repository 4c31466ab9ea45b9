"""Real handwritten digits, packaged, and the reader for other sets in the same format."""

from layerproof_data.digits import Digits, load_digits
from layerproof_data.idx import read_idx

__all__ = ["Digits", "load_digits", "read_idx"]
