"""What is wrong with a chain of layers."""

from layerproof.errors import LayerProofError


class ChainError(LayerProofError):
    """A definition cannot be read, or its layers do not fit together; the text is one line."""


class ShapeError(ValueError):
    """A layer cannot take an input of this shape; the text says what it needs."""
